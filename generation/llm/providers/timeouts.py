"""How long to wait for a model: to connect, to load, for its first token, and from one token to the next."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 5
    first_token: float = 20
    idle: float = 15
    cold_start: float = 0
    """For a server that may have to load the model first; less than `first_token` counts as that."""

    @property
    def loading(self) -> float:
        return max(self.cold_start, self.first_token)


DEFAULT = Timeouts()
GRACE = 1.0
"""After a reply has said why it ended: for its counts, which some servers send behind it."""
WARM = 240.0
"""A model that wrote so lately is still loaded. (Ollama unloads one after five minutes.)"""


async def until[T](awaited: Awaitable[T], deadline: Callable[[], float]) -> T:
    """What `awaited` gives, if it does before a deadline that may move meanwhile. Raises TimeoutError."""
    clock = asyncio.get_running_loop().time
    task = asyncio.ensure_future(awaited)
    try:
        while not task.done():
            seconds = deadline() - clock()
            if seconds <= 0:
                raise TimeoutError
            await asyncio.wait({task}, timeout=seconds)
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # or asyncio would log one that comes just as we are cancelled
