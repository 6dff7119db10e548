"""`manage.py worker`: a worker in its own process. Any number of them may run."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from blogai.serving import database, worker_only
from blogai.serving.connections import Needs, budget
from blogai.serving.stopping import Stop, Stopping

READY = "The worker is ready."
NO_REDIS = (
    "Without REDIS_URL, live text reaches other processes through Postgres: complete, but a second late."
)


class Command(BaseCommand):
    help = "Write posts from the queue. Run as many workers as you like. Ctrl-C stops it."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        with suppress(Stop), Stopping() as stopping:
            try:
                print(budget(Needs(worker=True), who="This worker"), flush=True)
                database.check_reachable()
                database.check_up_to_date()
                database.limit_statements(worker=True)
                if not settings.REDIS_URL:
                    print(NO_REDIS, flush=True)
                worker_only.run(
                    import_string(settings.WORKER),
                    stopping,
                    on_ready=lambda: print(READY, flush=True),
                    alive_file=Path(settings.WORKER_ALIVE_FILE) if settings.WORKER_ALIVE_FILE else None,
                )
            finally:
                stopping.begin()
                database.close_connections()
