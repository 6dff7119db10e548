"""Cancelling the runs of accounts that are closed.

Each in a transaction of its own: a worker that stores a step holds the run and waits for the ledger, so two
runs must not be held at the same time. A request that had begun before the account was closed may start
another run; no worker takes it (`admission`), and the sweep cancels it.
"""

from procrastinate.contrib.django import app

from blogai.core.errors import Conflict
from generation.models import Run
from generation.runs.control import cancel

BATCH_SIZE = 50


def defer_cancelling() -> None:
    """Queue the job, ahead of all writing."""
    app.configure_task("cancel_runs_of_closed_accounts", priority=1).defer()


def cancel_some() -> int:
    """Cancel some open runs whose accounts are closed; returns how many there were."""
    orphaned = Run.objects.filter(finished_at=None, owner__is_active=False).select_related("owner")
    runs = list(orphaned.order_by("pk")[:BATCH_SIZE])
    for run in runs:
        try:
            cancel(run.owner, run.pk)
        except Conflict:  # it has ended meanwhile
            continue
    return len(runs)
