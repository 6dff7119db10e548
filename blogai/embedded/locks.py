"""Locks between processes. They are flocks: the kernel lets go of them however their holder ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blogai.embedded.refusal import CannotStart


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A descriptor of the lock file at `path`, which is made when missing.

    Read-only, so that a file made by root still serves an ordinary user.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def take(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock now; False when someone else's stands in the way (ours may then be gone)."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def alone(descriptor: int, *, patience: float, otherwise: str) -> Iterator[None]:
    """Holds the lock exclusively. CannotStart(otherwise) when it is not free within `patience` seconds."""
    deadline = time.monotonic() + patience
    while not take(descriptor):
        if time.monotonic() > deadline:
            raise CannotStart(otherwise)
        time.sleep(0.02)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
