"""Connection settings of databases: pure functions, for settings that are read before Postgres runs."""

import hashlib
import os
from pathlib import Path
from typing import Any

import environ

PORT = 5432  # part of the socket's file name; nothing listens on TCP
DATABASE = "blogai"
ROLE = "postgres"

MAX_SOCKET_PATH = 100
"""Bytes of a socket's path that every system accepts (sun_path has 104 on macOS, 108 on Linux)."""


def socket_folder(data_dir: Path) -> Path:
    """The folder of the socket: the data folder, or a short one in /tmp if a socket cannot have that path.

    TMPDIR and XDG_RUNTIME_DIR are not used, because they may differ between two shells of a user.
    """
    folder = data_dir / "postgres"
    allowed = not set(str(folder)) & set(',"\\')  # commas separate hosts, and socket directories
    if allowed and len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= MAX_SOCKET_PATH:
        return folder
    return Path("/tmp") / f"blogai-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108


def database_address(data_dir: Path) -> dict[str, Any]:
    """Django's connection settings for the Postgres of `data_dir`, which need not be running."""
    return {"NAME": DATABASE, "USER": ROLE, "HOST": str(socket_folder(data_dir)), "PORT": str(PORT)}


def parsed_address(url: str) -> dict[str, Any]:
    """Django's connection settings for a DATABASE_URL."""
    parsed: dict[str, Any] = environ.Env.db_url_config(url)
    parsed.pop("ENGINE")
    return parsed
