"""Secrets of a development machine, made once and kept under DATA_DIR."""

import os
import tempfile
from pathlib import Path

from blogai.embedded.refusal import explained


def kept_secret(data_dir: Path, name: str, fresh: str) -> str:
    """The secret kept under `data_dir`; `fresh` is kept when there is none yet. Raises CannotStart."""
    path = data_dir / f"{name.lower()}.secret"
    with explained(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _keep(path, fresh)
        return path.read_text()


def _keep(path: Path, secret: str) -> None:
    """Write it whole under another name, then link it: no reader sees half, and the first writer wins."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # readable by this user alone
    try:
        with open(handle, "w") as file:
            file.write(secret)
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        os.unlink(draft)
