"""gunicorn's worker: the web server of production."""

import asyncio
import gc
import signal
import sys

from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from uvicorn_worker import UvicornWorker

from blogai.serving import web


class Worker(UvicornWorker):  # type: ignore[misc]
    """Its clients hear of the end before it comes, as those of `serve` do."""

    CONFIG_KWARGS = UvicornWorker.CONFIG_KWARGS | web.OPTIONS

    async def _serve(self) -> None:
        from django.conf import settings  # set up with the application, which is loaded by now

        from blogai.serving import schema
        from blogai.serving.graceful_shutdown import Farewell

        gc.freeze()  # what is loaded stays: looking through it for garbage would stop every stream
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            loop.add_signal_handler(number, stop.set)
        self.config.app = farewell = Farewell(self.wsgi)
        server = web.Web(self.config)
        serving = asyncio.create_task(server.serve(sockets=self.sockets))
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
        await web.drain(farewell, settings.DRAIN_SECONDS if asked.done() else 0)
        server.should_exit = True
        await serving
        schema.close_connections()
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
