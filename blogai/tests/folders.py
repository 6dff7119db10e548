"""Folders for tests that start a Postgres of their own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that others may enter, unlike `tmp_path`: root's Postgres runs as another user."""
    folder = Path(tempfile.mkdtemp(prefix="blogai-"))
    folder.chmod(0o755)
    try:
        yield folder.resolve()
    finally:
        shutil.rmtree(folder)
