"""The queue. A job is only a nudge: the run's row says what is to be done, and its lease who does it."""

import uuid

from procrastinate.contrib.django import app

LOCK_PREFIX = "run-"


def defer(run_id: uuid.UUID) -> None:
    """Put the run into the queue, in the transaction under way. It waits there once at most."""
    job = app.configure_task("write_run", queueing_lock=f"{LOCK_PREFIX}{run_id}")
    job.defer(run_id=str(run_id))
