"""How far a backup is, on a terminal. Elsewhere nothing is shown until it is done."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.filesize import decimal
from rich.status import Status


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A function that shows what is being done, how many bytes are done, and of how many (0: not known)."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield lambda step, done, size: None
        return
    with Status("Starting…", console=console) as status:
        yield lambda step, done, size: status.update(
            f"{step}… {size_of(done)}{f' of {size_of(size)}' if size else ''}"
        )


def size_of(count: int) -> str:
    """ "1.2 MB"."""
    return decimal(count)
