"""The web server and the worker in one event loop, so that frames need no Redis to reach a browser."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from django.conf import settings

from blogai.serving import web, worker_only
from blogai.serving.graceful_shutdown import Application, Farewell
from blogai.serving.stopping import Stopping
from blogai.serving.worker_only import Task, Work


def run(
    application: Application,
    listener: socket.socket,
    work: Work,
    stopping: Stopping,
    on_ready: Callable[[], None],
) -> None:
    """Answers on `listener` and takes jobs until asked to stop; `on_ready` is called when it does both."""
    farewell = Farewell(application)
    config = uvicorn.Config(farewell, log_config=None, access_log=False, **web.OPTIONS)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_run(config, farewell, listener, work, stopping, on_ready))


async def _run(
    config: uvicorn.Config,
    farewell: Farewell,
    listener: socket.socket,
    work: Work,
    stopping: Stopping,
    on_ready: Callable[[], None],
) -> None:
    loop = asyncio.get_running_loop()
    stop, shut_down, takes_jobs = asyncio.Event(), asyncio.Event(), asyncio.Event()
    stopping.then = lambda: loop.call_soon_threadsafe(stop.set)
    server = web.Web(config)
    serving: Task = asyncio.create_task(server.serve(sockets=[listener]))
    worker: Task = asyncio.ensure_future(work(shut_down, takes_jobs))
    asked: Task = asyncio.create_task(stop.wait())
    ready: Task = asyncio.gather(server.ready.wait(), takes_jobs.wait())
    await asyncio.wait({serving, worker, asked, ready}, return_when=asyncio.FIRST_COMPLETED)
    if ready.done():
        on_ready()
        await asyncio.wait({serving, worker, asked}, return_when=asyncio.FIRST_COMPLETED)
    stopping.underway()
    await web.drain(farewell, settings.DRAIN_SECONDS if asked.done() else 0)
    server.should_exit = True
    await asyncio.wait({serving})
    shut_down.set()
    await worker_only.shut_down(worker)
    serving.result()
