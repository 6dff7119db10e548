"""Folders for tests that start their own Postgres."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that other users may enter, which the Postgres of root needs."""
    folder = Path(tempfile.mkdtemp(prefix="blogai-"))
    folder.chmod(0o755)
    try:
        yield folder.resolve()
    finally:
        shutil.rmtree(folder)
