"""Secrets for development, generated once and stored under DATA_DIR."""

import os
import tempfile
from pathlib import Path

from blogai.embedded.errors import explain_os_errors


def get_or_create_secret(data_dir: Path, name: str, fresh: str) -> str:
    """The secret stored under `data_dir`; `fresh` is stored if there is none yet. Raises CannotStart."""
    path = data_dir / f"{name.lower()}.secret"
    with explain_os_errors(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path, fresh)
        return path.read_text()


def _create(path: Path, secret: str) -> None:
    """Write a draft and link it, so that no reader sees a part of it and the first writer wins."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # readable by this user alone
    try:
        with open(handle, "w") as file:
            file.write(secret)
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        os.unlink(draft)
