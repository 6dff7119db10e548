"""Locks between processes, based on flock: the kernel releases them even if their holder is killed."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blogai.embedded.errors import CannotStart


@contextmanager
def open_lock_file(path: Path) -> Iterator[int]:
    """A descriptor of the lock file at `path`, created if it does not exist.

    Read-only, so that an ordinary user can use a file that was created by root.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock now; False if another process holds it (a lock that we held may then be lost)."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def exclusive(descriptor: int, *, timeout: float, message: str) -> Iterator[None]:
    """Hold the lock exclusively. Raises CannotStart(message) if it is not free within `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not try_lock(descriptor):
        if time.monotonic() > deadline:
            raise CannotStart(message)
        time.sleep(0.02)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
