"""Puts runs that have no live worker back into the queue."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from generation.runs import lease
from generation.runs.admission import enqueue, without_queued_job

STALLED_AFTER = 60
"""Seconds without a heartbeat, which comes every ten, after which procrastinate's worker is dead."""
MAX_SWEPT = 100
"""Runs of one sweep: a long queue needs no more jobs, most of which could not start a run."""


@transaction.atomic
def sweep() -> int:
    """Queue open runs that have neither a live worker nor a job; returns how many.

    Also deletes the jobs of killed workers, which nobody would ever finish.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_prune_stalled_workers_v1(%s)", [STALLED_AFTER])
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NULL")
    abandoned = without_queued_job(lease.unleased()).filter(
        Q(lease_until__lt=Now()) | Q(created_at__lt=Now() - timedelta(seconds=10))
    )
    oldest = abandoned.order_by("pk")[:MAX_SWEPT]
    run_ids = list(oldest.select_for_update(skip_locked=True).values_list("pk", flat=True))
    for run_id in run_ids:
        enqueue(run_id)
    return len(run_ids)
