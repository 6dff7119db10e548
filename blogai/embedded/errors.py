"""Errors that keep a command from starting."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


class CannotStart(ImproperlyConfigured):
    """Says in a sentence what is wrong and what to do about it. `manage.py` prints it and exits with 1."""


CAUSES = {
    errno.ENOSPC: "its disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EROFS: "its disk is read-only",
    errno.EACCES: "you don't have access to it",
    errno.EPERM: "you don't have access to it",
    errno.ENOTDIR: "a part of that path is a file",
    errno.EEXIST: "a file with that name is in the way",
}


def startup_error(error: OSError, data_dir: Path) -> CannotStart:
    """The error for an OSError in `data_dir`."""
    cause = CAUSES.get(error.errno or 0, str(error))
    return CannotStart(
        f"Blog AI can't store its data in {data_dir}: {cause}. Fix that, or set DATA_DIR to another folder."
    )


@contextmanager
def explain_os_errors(data_dir: Path) -> Iterator[None]:
    """Turn an OSError inside the block into a CannotStart about `data_dir`."""
    try:
        yield
    except OSError as error:
        raise startup_error(error, data_dir) from error
