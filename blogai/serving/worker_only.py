"""The worker in an event loop of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from uvicorn.loops.auto import auto_loop_factory

from blogai.serving.stopping import Stopping

logger = logging.getLogger(__name__)

type Work = Callable[[asyncio.Event, asyncio.Event], Awaitable[None]]
"""Works until the first event is set, and sets the second once it takes jobs."""

type Task = asyncio.Future[Any]

WORKER_SECONDS = 3  # to give its runs back; what it does not manage another worker takes over


def run(work: Work, stopping: Stopping, on_ready: Callable[[], None]) -> None:
    """Takes jobs until asked to stop; `on_ready` is called when it does."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(_run(work, stopping, on_ready))


async def _run(work: Work, stopping: Stopping, on_ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    stop, takes_jobs = asyncio.Event(), asyncio.Event()
    stopping.then = lambda: loop.call_soon_threadsafe(stop.set)
    worker: Task = asyncio.ensure_future(work(stop, takes_jobs))
    asked: Task = asyncio.create_task(stop.wait())
    ready: Task = asyncio.create_task(takes_jobs.wait())
    await asyncio.wait({worker, asked, ready}, return_when=asyncio.FIRST_COMPLETED)
    if ready.done():
        on_ready()
        await asyncio.wait({worker, asked}, return_when=asyncio.FIRST_COMPLETED)
    stopping.underway()
    await shut_down(worker)


async def shut_down(worker: Task) -> None:
    """Waits until the worker, which was told to stop, has given its runs back."""
    await asyncio.wait({worker}, timeout=WORKER_SECONDS)
    if worker.done():
        worker.result()
    else:
        logger.warning("the worker did not put its runs down in time; another one takes them over")
