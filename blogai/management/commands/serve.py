"""`manage.py serve`: the whole product in one process, with database, demo model, web server and worker."""

import argparse
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string
from rich.console import Console

from accounts import dev_mode
from accounts.services import demo_link
from billing.stripe.setup import set_up
from blogai import embedded
from blogai.configuration import spelling
from blogai.embedded import locks
from blogai.embedded.errors import explain_os_errors
from blogai.embedded.model import KEYS
from blogai.serving import database, listening, web_and_worker
from blogai.serving.connections import Needs, budget
from blogai.serving.demo import demo_account
from blogai.serving.stopping import TIME_LIMIT, Stop, Stopping
from generation.llm.configured import needs_demo_model
from generation.llm.registry import writer


class Command(BaseCommand):
    help = "Run everything: pages, API and worker. Ctrl-C stops it."
    requires_system_checks = ()  # `make lint` runs them; starting should be quick
    console = Console(highlight=False, soft_wrap=True)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        listening.add_options(parser)  # manage.py has applied them before reading the settings

    def handle(self, **options: Any) -> None:
        for line in spelling.advice(os.environ):  # with what .env says
            print(line, flush=True)
        with suppress(Stop), Stopping(TIME_LIMIT + settings.DRAIN_SECONDS) as stopping, ExitStack() as stack:
            try:
                listener = self._open(stack)
                lines = self._announcement()
                web_and_worker.run(
                    import_string(settings.ASGI_APPLICATION),
                    listener,
                    import_string(settings.WORKER),
                    stopping,
                    on_ready=lambda: print(lines, flush=True),
                )
            finally:
                stopping.begin()

    def _open(self, stack: ExitStack) -> socket.socket:
        """Start everything that requests need. `stack` stops it in reverse order."""
        if not settings.EMBEDDED_DATABASE:
            needs = Needs(web_processes=1, worker=True, shared=True)
            print(budget(needs, who="This process"), flush=True)
        self._lock_data_dir(stack)
        listener = stack.enter_context(listening.bind(settings.HOST, settings.PORT))
        model = self._demo_model(stack)  # loads its weights in the background
        if settings.EMBEDDED_DATABASE:
            with self._progress("Starting Postgres"):
                stack.enter_context(embedded.database(settings.DATA_DIR))
        else:
            database.check_reachable()
        stack.callback(database.close_connections)
        with self._progress("Bringing the database up to date"):
            database.prepare()
        database.limit_statements(worker=True)
        import_string(settings.ASGI_APPLICATION)  # takes as long as the model does
        if settings.STRIPE_SIMULATED:
            self._sell_plans(stack)
        if model:
            with self._progress("Starting the demo model"):
                model.url()
        return listener

    def _demo_model(self, stack: ExitStack) -> embedded.DemoModel | None:
        if not needs_demo_model():
            return None
        return stack.enter_context(embedded.DemoModel(settings.DATA_DIR))

    def _sell_plans(self, stack: ExitStack) -> None:
        from blogai.serving import simulated_stripe  # which production does not even import

        with self._progress("Starting the simulated Stripe"):
            stack.enter_context(simulated_stripe.running())
            set_up()

    def _lock_data_dir(self, stack: ExitStack) -> None:
        data_dir = settings.DATA_DIR
        with explain_os_errors(data_dir):
            data_dir.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context(locks.open_lock_file(data_dir / "serve.lock"))
        taken = (
            f"Blog AI is already running with the data in {data_dir}. Stop it, or set another "
            "DATA_DIR and PORT."
        )
        stack.enter_context(locks.exclusive(lock, timeout=0, message=taken))

    @contextmanager
    def _progress(self, what: str) -> Iterator[None]:
        if self.console.is_terminal:
            with self.console.status(f"{what}…"):
                yield
        else:
            print(f"{what}…", flush=True)
            yield

    def _announcement(self) -> str:
        address = listening.base_url(settings.HOST, settings.PORT)
        lines = [f"Blog AI is ready at {address}"]
        if settings.DEVELOPMENT:
            demo_account()
            lines.append(f"Sign in as the demo account (works once, for an hour): {demo_link(address)}")
        if settings.DEV_MODE:
            lines.append(dev_mode.NOTICE)
        if settings.STRIPE_SIMULATED:
            lines.append(f"A simulated Stripe sells plans, and no money moves: {settings.STRIPE_API_BASE}")
        if needs_demo_model():
            lines.append(self._writer(address))
        return "\n".join(lines)

    def _writer(self, address: str) -> str:
        """Which model writes posts: the demo model, unless another one was connected."""
        provider, model = writer()
        if provider != "local":
            return f"{model} writes the posts."
        connecting = f"connect a model at {address}/connect, or " if settings.DEVELOPMENT else ""
        advice = f"For better posts, {connecting}set {KEYS}."
        return f"The local demo model writes the posts, and it's tiny. {advice}"
