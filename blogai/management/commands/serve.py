"""The whole product in one process: database, demo model, web server and worker."""

import argparse
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string
from rich.console import Console

from accounts.services import demo_link
from blogai import embedded
from blogai.embedded import locks
from blogai.embedded.model import KEYS
from blogai.embedded.refusal import explained
from blogai.serving import listening, schema, web_and_worker
from blogai.serving.demo import demo_account
from blogai.serving.stopping import LIMIT, Stop, Stopping
from generation.llm.configured import needs_demo_model


class Command(BaseCommand):
    help = "Serve the pages and the API, and write posts, until Ctrl-C."
    requires_system_checks = ()  # `make lint` runs them; a newcomer should not wait for them
    console = Console(highlight=False, soft_wrap=True)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        listening.add_options(parser)  # manage.py reads them, before the settings that are made of them

    def handle(self, **options: Any) -> None:
        with suppress(Stop), Stopping(LIMIT + settings.DRAIN_SECONDS) as stopping, ExitStack() as house:
            try:
                listener = self._open(house)
                lines = self._announcement()
                web_and_worker.run(
                    import_string(settings.ASGI_APPLICATION),
                    listener,
                    import_string(settings.WORKER),
                    stopping,
                    on_ready=lambda: print(lines, flush=True),
                )
            finally:
                stopping.underway()

    def _open(self, house: ExitStack) -> socket.socket:
        """Everything that must run before the first request; `house` closes it in reverse order."""
        self._be_the_only_one(house)
        listener = house.enter_context(listening.bound(settings.HOST, settings.PORT))
        model = self._demo_model(house)  # loads its weights while the rest goes on
        if settings.EMBEDDED_DATABASE:
            with self._doing("Starting Postgres"):
                house.enter_context(embedded.database(settings.DATA_DIR))
        else:
            schema.check_reachable()
        house.callback(schema.close_connections)
        with self._doing("Bringing the database up to date"):
            schema.prepare()
        import_string(settings.ASGI_APPLICATION)  # takes as long as the model does
        if model:
            with self._doing("Starting the demo model"):
                model.url()
        return listener

    def _demo_model(self, house: ExitStack) -> embedded.DemoModel | None:
        if not needs_demo_model():
            return None
        return house.enter_context(embedded.DemoModel(settings.DATA_DIR))

    def _be_the_only_one(self, house: ExitStack) -> None:
        data_dir = settings.DATA_DIR
        with explained(data_dir):
            data_dir.mkdir(parents=True, exist_ok=True)
            lock = house.enter_context(locks.opened(data_dir / "serve.lock"))
        taken = (
            f"Blog AI already runs on the data in {data_dir}: end that one, or set DATA_DIR (and PORT) here."
        )
        house.enter_context(locks.alone(lock, patience=0, otherwise=taken))

    @contextmanager
    def _doing(self, what: str) -> Iterator[None]:
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
            lines.append(f"Sign in as the demo account, once, within an hour: {demo_link(address)}")
        if needs_demo_model():
            lines.append(f"The local demo model writes, weakly. For real posts set {KEYS}.")
        return "\n".join(lines)
