"""Work on long texts, which would hold up the event loop and everybody who waits for it."""

import asyncio
from collections.abc import Callable

MAX_IN_LOOP = 4_000
"""Characters: of the worst text of that length, rendering and rewriting take some 50 ms."""


async def outside_loop[T](characters: int, work: Callable[[], T]) -> T:
    """`work()`, in a thread when it is about more than `MAX_IN_LOOP` characters."""
    return await asyncio.to_thread(work) if characters > MAX_IN_LOOP else work()
