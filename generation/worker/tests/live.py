"""A worker in the test's own event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from generation.worker.jobs import work

HANGS = 10
"""Seconds after which a test is considered to hang."""


@asynccontextmanager
async def live_worker() -> AsyncIterator[None]:
    """It takes jobs inside the block, and has released all of them when the block ends."""
    stop, ready = asyncio.Event(), asyncio.Event()
    working = asyncio.create_task(work(stop, ready))
    try:
        await asyncio.wait_for(ready.wait(), HANGS)
        yield
    finally:
        stop.set()
        await asyncio.wait_for(working, HANGS)
