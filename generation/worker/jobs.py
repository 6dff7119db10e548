"""The worker's loops: taking jobs from the queue, sweeping, and purging deleted posts."""

import asyncio
import gc
import logging

from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from accounts.session_store import SessionStore
from blogai.core.db import OUTAGES, in_database
from generation.llm.registry import configured
from generation.notifications import schedule as notifications
from generation.posts.purge import purge
from generation.runs import closed_accounts, outline_review
from generation.worker import notify_check
from generation.worker.execute import cancel_all
from generation.worker.sweep import sweep

logger = logging.getLogger(__name__)

SWEEP_INTERVAL = 5.0
PURGE_INTERVAL = 3600.0
POLL_INTERVAL = 1.0
"""Seconds between polls of the queue, in case a NOTIFY is lost."""


async def work(stop: asyncio.Event, ready: asyncio.Event) -> None:
    """Execute runs until `stop` is set. Sets `ready` once it takes jobs.

    Returns when the leases of all its runs have been released.
    """
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(asyncio.to_thread(_warm_up))
        background = [
            tasks.create_task(each)
            for each in (
                _take_jobs(ready),
                _keep_sweeping(),
                _keep_purging(),
                notify_check.warn_if_silent(),
            )
        ]
        await stop.wait()
        for task in background:
            task.cancel()


def _warm_up() -> None:
    """Import the SDKs, which takes seconds, and exclude everything loaded so far from garbage collection.

    Otherwise a full collection would stop every stream for a tenth of a second.
    """
    configured()
    gc.collect()
    gc.freeze()


async def _take_jobs(ready: asyncio.Event) -> None:
    """Run procrastinate's worker, and restart it after every database outage."""
    while True:
        try:
            await _run_worker(ready)
        except (*OUTAGES, ConnectorException) as error:
            logger.warning("could not reach the job queue, retrying: %s", error)
        await asyncio.sleep(1)


async def _run_worker(ready: asyncio.Event) -> None:
    # A second app object, because `app.replace_connector()` would take every later `defer` of this process
    # out of Django's transaction, and a rollback would leave its job behind.
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        worker = Worker(
            worker_app,
            concurrency=settings.WORKER_CONCURRENCY,
            fetch_job_polling_interval=POLL_INTERVAL,
            shutdown_graceful_timeout=0,
            install_signal_handlers=False,
            delete_jobs="successful",
        )
        running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
        try:
            while worker.worker_id is None and not running.done():
                await asyncio.sleep(0.01)
            ready.set()
            await asyncio.wait([running])  # unlike `await running`, can be cancelled without waiting for it
        finally:
            worker.stop()  # type: ignore[no-untyped-call]
            await cancel_all()  # before procrastinate's own shutdown, which may take seconds
            running.cancel()
            await asyncio.wait([running])
        running.result()


async def _keep_sweeping() -> None:
    while True:
        try:
            await in_database(sweep)()
            await in_database(notifications.sweep)()
            await in_database(outline_review.expire_unreviewed)()
            await in_database(closed_accounts.cancel_some)()
        except OUTAGES as error:
            logger.warning("could not sweep, retrying later: %s", error)
        await asyncio.sleep(SWEEP_INTERVAL)


async def _keep_purging() -> None:
    while True:
        try:
            while await in_database(purge)():
                pass
            await in_database(SessionStore.clear_expired)()
        except OUTAGES as error:
            logger.warning("could not purge, retrying later: %s", error)
        await asyncio.sleep(PURGE_INTERVAL)
