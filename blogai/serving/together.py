"""The web server and the worker in one event loop, so that frames need no Redis to reach a browser."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from django.conf import settings

from blogai.serving import alone
from blogai.serving.alone import Task, Work
from blogai.serving.farewell import Application, Farewell
from blogai.serving.stopping import Stopping
from health import draining

WEB_SECONDS = 2  # for replies under way; who waits for a run or reads a stream comes back


class Web(uvicorn.Server):
    """uvicorn, but for signals: it would raise them again after its end and so cut everyone else's short."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def run(
    application: Application,
    listener: socket.socket,
    work: Work,
    stopping: Stopping,
    on_ready: Callable[[], None],
) -> None:
    """Answers on `listener` and takes jobs until asked to stop; `on_ready` is called when it does both."""
    farewell = Farewell(application)
    config = uvicorn.Config(
        farewell,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # TRUSTED_PROXY_HOPS says whom to believe, and from which end
        timeout_graceful_shutdown=WEB_SECONDS,
    )
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
    stop, put_down, takes_jobs = asyncio.Event(), asyncio.Event(), asyncio.Event()
    stopping.then = lambda: loop.call_soon_threadsafe(stop.set)
    server = Web(config)
    web: Task = asyncio.create_task(server.serve(sockets=[listener]))
    worker: Task = asyncio.ensure_future(work(put_down, takes_jobs))
    asked: Task = asyncio.create_task(stop.wait())
    ready: Task = asyncio.gather(server.ready.wait(), takes_jobs.wait())
    await asyncio.wait({web, worker, asked, ready}, return_when=asyncio.FIRST_COMPLETED)
    if ready.done():
        on_ready()
        await asyncio.wait({web, worker, asked}, return_when=asyncio.FIRST_COMPLETED)
    stopping.underway()
    await _drain(farewell, settings.DRAIN_SECONDS if asked.done() else 0)
    server.should_exit = True
    await asyncio.wait({web})
    put_down.set()
    await alone.put_down(worker)
    web.result()


async def _drain(farewell: Farewell, seconds: float) -> None:
    """From now on nothing new should come; what comes in these seconds all the same is served."""
    draining.begun.set()
    await asyncio.sleep(seconds)
    await farewell.close_sockets()
