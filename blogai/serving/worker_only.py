"""The worker in its own event loop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from uvicorn.loops.auto import auto_loop_factory

from blogai.serving.stopping import Stopping

logger = logging.getLogger(__name__)

type Work = Callable[[asyncio.Event, asyncio.Event], Awaitable[None]]
"""Works until the first event is set; sets the second one once it takes jobs."""

type Task = asyncio.Future[Any]

STOP_TIMEOUT = 3  # seconds to release its runs; another worker takes over the others


ALIVE_INTERVAL = 5.0


def run(work: Work, stopping: Stopping, on_ready: Callable[[], None], alive_file: Path | None = None) -> None:
    """Take jobs until asked to stop. Calls `on_ready` once it takes them, then touches `alive_file`."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(_run(work, stopping, on_ready, alive_file))


async def _run(work: Work, stopping: Stopping, on_ready: Callable[[], None], alive_file: Path | None) -> None:
    loop = asyncio.get_running_loop()
    stop, takes_jobs = asyncio.Event(), asyncio.Event()
    stopping.on_stop = lambda: loop.call_soon_threadsafe(stop.set)
    worker: Task = asyncio.ensure_future(work(stop, takes_jobs))
    asked: Task = asyncio.create_task(stop.wait())
    ready: Task = asyncio.create_task(takes_jobs.wait())
    await asyncio.wait({worker, asked, ready}, return_when=asyncio.FIRST_COMPLETED)
    if ready.done():
        on_ready()
        touching = asyncio.create_task(_keep_touching(alive_file)) if alive_file else None
        await asyncio.wait({worker, asked}, return_when=asyncio.FIRST_COMPLETED)
        if touching:
            touching.cancel()
    stopping.begin()
    await wait_for_worker(worker)


async def _keep_touching(path: Path) -> None:
    """Touch the file while the event loop runs. A health check restarts a worker whose file grows old."""
    while True:
        path.touch()
        await asyncio.sleep(ALIVE_INTERVAL)


async def wait_for_worker(worker: Task) -> None:
    """Wait until the worker, which was asked to stop, has released its runs."""
    await asyncio.wait({worker}, timeout=STOP_TIMEOUT)
    if worker.done():
        worker.result()
    else:
        logger.warning("the worker did not release its runs in time; another one will take them over")
