"""gunicorn's worker class: the web server in production."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from gunicorn import glogging  # type: ignore[import-untyped]
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from uvicorn_worker import UvicornWorker

from blogai.configuration import spelling
from blogai.serving import shared_state, web
from blogai.serving.connections import Needs, budget


@contextmanager
def _stopping(status: int) -> Iterator[None]:
    """End the process with one sentence, as `manage.py` does, where a setting is wrong."""
    try:
        yield
    except ImproperlyConfigured as error:
        print(f"Blog AI can't start: {error}", file=sys.stderr, flush=True)
        sys.exit(status)


class Log(glogging.Logger):  # type: ignore[misc]
    """gunicorn's own lines, from the first one on in the format of LOG_FORMAT."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        from blogai.logs import Formatter

        # The settings cannot be read yet: a wrong value among them is to be told by `check_config`.
        development = (os.environ.get("ENVIRONMENT") or "development") == "development"
        style = os.environ.get("LOG_FORMAT") or ("console" if development else "json")
        for handler in self.error_log.handlers:
            handler.setFormatter(Formatter(style))


class Worker(UvicornWorker):  # type: ignore[misc]
    """Shuts down gracefully, like `serve`."""

    CONFIG_KWARGS = UvicornWorker.CONFIG_KWARGS | web.OPTIONS

    @classmethod
    def check_config(cls, config: Any, log: Any) -> None:
        """Check the settings once, before any worker starts. A wrong one is one sentence, and ends gunicorn.

        Each worker would say it again, and gunicorn adds a traceback where two fail at the same moment.
        """
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogai.settings")
        with _stopping(status=1):
            try:
                log.info(budget(Needs(web_processes=config.workers), who="This web server"))
                warning = shared_state.check(processes=config.workers)
            finally:
                for line in spelling.advice(os.environ):
                    log.warning(line)
            if warning:
                log.warning(warning)

    def load_wsgi(self) -> None:
        """Load the application, where some settings are used for the first time."""
        with _stopping(status=Arbiter.WORKER_BOOT_ERROR):
            super().load_wsgi()
        if settings.DEV_MODE:
            from accounts import dev_mode

            self.log.warning(dev_mode.NOTICE)

    async def _serve(self) -> None:
        from blogai.serving import database  # its imports need the application, which is loaded now
        from blogai.serving.graceful_shutdown import GracefulShutdown
        from health.metrics import keep_publishing

        await sync_to_async(database.limit_statements)(worker=False)
        gc.freeze()  # exclude loaded code from collections, which would stop every stream
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            loop.add_signal_handler(number, stop.set)
        self.config.app = shutdown = GracefulShutdown(self.wsgi)
        server = web.Server(self.config)
        serving = asyncio.create_task(server.serve(sockets=self.sockets))
        asked = asyncio.create_task(stop.wait())
        publishing = asyncio.create_task(keep_publishing())
        await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
        await web.drain(shutdown, settings.DRAIN_SECONDS if asked.done() else 0)
        server.should_exit = True
        await serving
        publishing.cancel()
        await sync_to_async(database.close_connections)()  # Django lets nobody do it in the event loop
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
