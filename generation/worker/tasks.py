"""The jobs that write a run, stop those of closed accounts, and delete old links and jobs."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from structlog.contextvars import bound_contextvars

from blogai.core import tracing
from blogai.core.db import in_database
from generation.posts import sharing
from generation.runs.closed_accounts import cancel_some
from generation.worker import ended_jobs
from generation.worker.execute import execute


@app.task(name="write_run", retry=RetryStrategy(wait=1))
async def write_run(*, run_id: str, trace: dict[str, str] | None = None) -> None:
    """`trace` comes from the request that queued it, where traces are collected."""
    with (
        bound_contextvars(run_id=run_id),
        tracing.continued(trace),
        tracing.span("write_run", "consumer", {"run.id": run_id}),
    ):
        await execute(uuid.UUID(run_id))


@app.task(name="cancel_runs_of_closed_accounts", retry=RetryStrategy(wait=1))
async def cancel_runs_of_closed_accounts() -> None:
    while await in_database(cancel_some)():
        pass


@app.periodic(cron="41 * * * *")
@app.task(name="purge_shares", queueing_lock="purge_shares")
async def purge_shares(timestamp: int) -> None:
    await in_database(sharing.purge)()


@app.periodic(cron="52 * * * *")
@app.task(name="purge_ended_jobs", queueing_lock="purge_ended_jobs")
async def purge_ended_jobs(timestamp: int) -> None:
    await in_database(ended_jobs.purge)()
