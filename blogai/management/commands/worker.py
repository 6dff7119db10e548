"""`manage.py worker`: a worker in its own process. Any number of them may run."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from blogai.serving import database, worker_only
from blogai.serving.stopping import Stop, Stopping

READY = "Blog AI's worker takes jobs."
NO_REDIS = (
    "Without REDIS_URL, live text reaches other processes only through Postgres: complete, but a second late."
)


class Command(BaseCommand):
    help = "Write the posts that are in the queue, until Ctrl-C. Any number of workers may run."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        with suppress(Stop), Stopping() as stopping:
            try:
                database.check_reachable()
                database.check_up_to_date()
                if not settings.REDIS_URL:
                    print(NO_REDIS, flush=True)
                worker_only.run(
                    import_string(settings.WORKER), stopping, on_ready=lambda: print(READY, flush=True)
                )
            finally:
                stopping.begin()
                database.close_connections()
