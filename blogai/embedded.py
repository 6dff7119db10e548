"""The embedded Postgres and the demo model of DATA_DIR."""

import os
from pathlib import Path
from typing import Any

import environ


def database_address(data_dir: Path) -> dict[str, Any]:
    """Django's connection settings for the Postgres of `data_dir`, whether it runs or not."""
    return {"NAME": "blogai", "USER": "postgres", "HOST": str(data_dir / "postgres"), "PORT": ""}


def parsed_address(url: str) -> dict[str, Any]:
    parsed: dict[str, Any] = environ.Env.db_url_config(url)
    parsed.pop("ENGINE")
    return parsed


def kept_secret(data_dir: Path, name: str, fresh: str) -> str:
    """The secret kept under `data_dir`; `fresh` is kept when there is none yet."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / f"{name.lower()}.secret"
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(fresh)
    except FileExistsError:
        return path.read_text()
    return fresh
