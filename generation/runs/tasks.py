"""Jobs of runs. A job is only a nudge: the run's row says what is to be done, and its lease who does it."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from generation.runs.execute import execute

LOCK_PREFIX = "run-"


@app.task(name="write_run", retry=RetryStrategy(wait=1))
async def write_run(*, run_id: str) -> None:
    await execute(uuid.UUID(run_id))


def defer(run_id: uuid.UUID) -> None:
    """Put the run into the queue, in the transaction under way. It waits there once at most."""
    write_run.configure(queueing_lock=f"{LOCK_PREFIX}{run_id}").defer(run_id=str(run_id))
