"""The web server and the worker in one event loop, where live updates need no Redis."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from django.conf import settings

from blogai.serving import web, worker_only
from blogai.serving.graceful_shutdown import Application, GracefulShutdown
from blogai.serving.stopping import Stopping
from blogai.serving.worker_only import Task, Work


def run(
    application: Application,
    listener: socket.socket,
    work: Work,
    stopping: Stopping,
    on_ready: Callable[[], None],
) -> None:
    """Serve requests on `listener` and take jobs until asked to stop. Calls `on_ready` once it does both."""
    shutdown = GracefulShutdown(application)
    config = uvicorn.Config(shutdown, log_config=None, access_log=False, **web.OPTIONS)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_run(config, shutdown, listener, work, stopping, on_ready))


async def _run(
    config: uvicorn.Config,
    shutdown: GracefulShutdown,
    listener: socket.socket,
    work: Work,
    stopping: Stopping,
    on_ready: Callable[[], None],
) -> None:
    loop = asyncio.get_running_loop()
    stop, shut_down, takes_jobs = asyncio.Event(), asyncio.Event(), asyncio.Event()
    stopping.on_stop = lambda: loop.call_soon_threadsafe(stop.set)
    server = web.Server(config)
    serving: Task = asyncio.create_task(server.serve(sockets=[listener]))
    worker: Task = asyncio.ensure_future(work(shut_down, takes_jobs))
    asked: Task = asyncio.create_task(stop.wait())
    ready: Task = asyncio.gather(server.ready.wait(), takes_jobs.wait())
    await asyncio.wait({serving, worker, asked, ready}, return_when=asyncio.FIRST_COMPLETED)
    if ready.done():
        on_ready()
        await asyncio.wait({serving, worker, asked}, return_when=asyncio.FIRST_COMPLETED)
    stopping.begin()
    await web.drain(shutdown, settings.DRAIN_SECONDS if asked.done() else 0)
    server.should_exit = True
    await asyncio.wait({serving})
    shut_down.set()
    await worker_only.wait_for_worker(worker)
    serving.result()
