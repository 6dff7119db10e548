"""The worker: takes jobs from the queue, sweeps up runs whose worker died, and erases what was deleted."""

import asyncio
import gc
import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from blogai.core.db import OUTAGES, in_database
from generation.llm.registry import configured
from generation.notifications import schedule as notifications
from generation.posts.purge import purge
from generation.runs import lease, outline_review
from generation.runs.admission import enqueue, without_queued_job
from generation.worker.execute import shut_down

logger = logging.getLogger(__name__)

SWEEP_EVERY = 5.0
"""Seconds."""
STALLED_AFTER = 60
"""Seconds without a heartbeat, which comes every ten, after which a worker is dead."""
MOST_SWEPT = 100
"""Runs a sweep: a long line is no reason for as many jobs, most of which would find no room."""
PURGE_EVERY = 3600.0
"""Seconds."""
POLL_EVERY = 1.0
"""Seconds between looks into the queue, should a notification get lost."""


async def work(stop: asyncio.Event, ready: asyncio.Event) -> None:
    """Execute runs until `stop` is set; `ready` is set once jobs are picked up as they come.

    Returns when every run under way has been given back.
    """
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(asyncio.to_thread(_load))
        aside = [tasks.create_task(loop) for loop in (_take_jobs(ready), _keep_sweeping(), _keep_purging())]
        await stop.wait()
        for task in aside:
            task.cancel()


def _load() -> None:
    """Import the SDKs, which takes seconds, and never look for garbage in what is there for good.

    With all that among its objects a full collection stops every stream for a tenth of a second.
    """
    configured()
    gc.collect()
    gc.freeze()


async def _take_jobs(ready: asyncio.Event) -> None:
    """Run procrastinate's worker, and again after every outage of the database."""
    while True:
        try:
            await _run_worker(ready)
        except (*OUTAGES, ConnectorException) as error:
            logger.warning("the job queue is out of reach, trying again: %s", error)
        await asyncio.sleep(1)


async def _run_worker(ready: asyncio.Event) -> None:
    # A second app object, not `app.replace_connector()`: that would take every later `defer` of this
    # process out of Django's transaction, and a rollback would leave its job behind.
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        worker = Worker(
            worker_app,
            concurrency=settings.WORKER_CONCURRENCY,
            fetch_job_polling_interval=POLL_EVERY,
            shutdown_graceful_timeout=0,
            install_signal_handlers=False,
            delete_jobs="successful",
        )
        running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
        try:
            while worker.worker_id is None and not running.done():
                await asyncio.sleep(0.01)
            ready.set()
            await asyncio.wait([running])  # unlike `await running`, lets what follows begin at once
        finally:
            worker.stop()  # type: ignore[no-untyped-call]
            await shut_down()  # before procrastinate's own end, which may take seconds
            running.cancel()
            await asyncio.wait([running])
        running.result()


async def _keep_sweeping() -> None:
    while True:
        try:
            await in_database(sweep)()
            await in_database(notifications.sweep)()
            await in_database(outline_review.expire_unreviewed)()
        except OUTAGES as error:
            logger.warning("the sweep is put off: %s", error)
        await asyncio.sleep(SWEEP_EVERY)


async def _keep_purging() -> None:
    while True:
        try:
            while await in_database(purge)():
                pass
            await in_database(SessionStore.clear_expired)()
        except OUTAGES as error:
            logger.warning("erasing what is over is put off: %s", error)
        await asyncio.sleep(PURGE_EVERY)


@transaction.atomic
def sweep() -> int:
    """Put open runs that nobody holds and nobody will take back into the queue; returns how many.

    The jobs of killed workers go: nobody would end them, and the runs' leases say all there is to say.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_prune_stalled_workers_v1(%s)", [STALLED_AFTER])
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NULL")
    forgotten = without_queued_job(lease.unleased()).filter(
        Q(lease_until__lt=Now()) | Q(created_at__lt=Now() - timedelta(seconds=10))
    )
    oldest = forgotten.order_by("pk")[:MOST_SWEPT]
    run_ids = list(oldest.select_for_update(skip_locked=True).values_list("pk", flat=True))
    for run_id in run_ids:
        enqueue(run_id)
    return len(run_ids)
