"""gunicorn's worker class: the web server in production."""

import asyncio
import gc
import signal
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from uvicorn_worker import UvicornWorker

from blogai.serving import web


class Worker(UvicornWorker):  # type: ignore[misc]
    """Shuts down gracefully, like `serve`."""

    CONFIG_KWARGS = UvicornWorker.CONFIG_KWARGS | web.OPTIONS

    def load_wsgi(self) -> None:
        """Load the application. A wrong setting is one sentence, as with `manage.py`, and ends gunicorn."""
        try:
            super().load_wsgi()
            self._check()
        except ImproperlyConfigured as error:
            print(f"Blog AI cannot start: {error}", file=sys.stderr, flush=True)
            sys.exit(Arbiter.WORKER_BOOT_ERROR)

    def _check(self) -> None:
        """Raises ImproperlyConfigured."""
        from accounts import dev_mode
        from blogai.serving import shared_state

        if warning := shared_state.check(processes=self.cfg.workers):
            self.log.warning(warning)
        if settings.DEV_MODE:
            self.log.warning(dev_mode.NOTICE)

    async def _serve(self) -> None:
        from blogai.serving import database  # its imports need the application, which is loaded now
        from blogai.serving.graceful_shutdown import GracefulShutdown

        gc.freeze()  # exclude loaded code from collections, which would stop every stream
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            loop.add_signal_handler(number, stop.set)
        self.config.app = shutdown = GracefulShutdown(self.wsgi)
        server = web.Server(self.config)
        serving = asyncio.create_task(server.serve(sockets=self.sockets))
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
        await web.drain(shutdown, settings.DRAIN_SECONDS if asked.done() else 0)
        server.should_exit = True
        await serving
        database.close_connections()
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
