"""Where databases are found: pure functions, so that settings can name a Postgres that does not run yet."""

import hashlib
import os
from pathlib import Path
from typing import Any

import environ

PORT = 5432  # names the socket's file; nothing listens on TCP
DATABASE = "blogai"
ROLE = "postgres"

LONGEST_SOCKET = 100
"""Bytes of a socket's path that every system takes (sun_path holds 104 on macOS, 108 on Linux)."""


def socket_folder(data_dir: Path) -> Path:
    """The folder of the socket: that of the data, or a short one in /tmp when a socket's path cannot say it.

    Not in TMPDIR or XDG_RUNTIME_DIR: two shells of one user may differ in them and must agree here.
    """
    folder = data_dir / "postgres"
    speakable = not set(str(folder)) & set(',"\\')  # both lists of hosts and lists of sockets split at commas
    if speakable and len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET:
        return folder
    return Path("/tmp") / f"blogai-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108


def database_address(data_dir: Path) -> dict[str, Any]:
    """Django's connection settings for the Postgres of `data_dir`, whether it runs or not."""
    return {"NAME": DATABASE, "USER": ROLE, "HOST": str(socket_folder(data_dir)), "PORT": str(PORT)}


def parsed_address(url: str) -> dict[str, Any]:
    """Django's connection settings for a DATABASE_URL."""
    parsed: dict[str, Any] = environ.Env.db_url_config(url)
    parsed.pop("ENGINE")
    return parsed
