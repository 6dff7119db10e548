"""Which runs may start, and the queue that they wait in.

An owner may have as many runs under way as the plan allows, and all runs together make no more model calls
a minute than the rate limit allows. A job carries only the run's id: the row says what to do, and the lease
says who does it.
"""

import uuid
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, Exists, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat, Now
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from billing.limits import max_concurrent_runs
from generation.llm.registry import calls_outstanding
from generation.models import Run, RunStep

LOCK_PREFIX = "run-"


def enqueue(run_id: uuid.UUID, *, trace: dict[str, str] | None = None) -> None:
    """Queue a job for the run, in the current transaction. A run has at most one job waiting.

    `trace` is the one that the job continues: that of the request which asked for it.
    """
    job = app.configure_task("write_run", queueing_lock=f"{LOCK_PREFIX}{run_id}")
    if trace:
        job.defer(run_id=str(run_id), trace={**trace})
    else:
        job.defer(run_id=str(run_id))


def within_concurrency_limit(owner: User) -> bool:
    """Whether another of the owner's runs may start. Locks the owner's row until the transaction ends."""
    if not User.objects.select_for_update(no_key=True).filter(pk=owner.pk, is_active=True).first():
        return False  # the account is closed
    running = Run.objects.filter(owner=owner, finished_at=None, lease_until__gt=Now())
    return running.count() < max_concurrent_runs(owner)


def within_rate_limit(run: Run) -> bool:
    """Whether the rate limit has room for the run's calls after those of all runs under way.

    A run therefore waits before its first call and not in the middle; one that has started is always let
    through. Holds a lock until the transaction ends.
    """
    max_calls = calls_outstanding(run.provider)
    if run.test or max_calls is None or run.started_at is not None:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('runs.line'))")
    under_way = _expected_calls(run__test=False, run__finished_at=None, run__lease_until__gt=Now())
    return under_way == 0 or under_way + _expected_calls(run=run) <= max_calls


def _expected_calls(**steps: Any) -> int:
    """How many model calls the unfinished ones of these steps are expected to make."""
    calls = Sum(Coalesce("expected_calls", 1))
    return RunStep.objects.filter(output__isnull=True, **steps).aggregate(calls=calls)["calls"] or 0


def count_ahead() -> Coalesce:
    """An annotation for runs: how many of the same owner's open runs were started earlier."""
    open_runs = Run.objects.filter(status__in=Run.WANTS_WORKER)
    earlier = open_runs.filter(owner=OuterRef("owner"), pk__lt=OuterRef("pk"))
    return Coalesce(Subquery(earlier.values("owner").annotate(count=Count("pk")).values("count")), 0)


def without_queued_job(runs: QuerySet[Run]) -> QuerySet[Run]:
    """The runs for which no job is waiting in the queue."""
    lock = Concat(Value(LOCK_PREFIX), Cast(OuterRef("pk"), CharField()))
    return runs.exclude(Exists(ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo")))


def enqueue_next(owner_id: uuid.UUID) -> None:
    """Queue the runs that have waited longest, the owner's and overall, once another run has made room."""
    waiting = without_queued_job(Run.objects.filter(status=Run.Status.QUEUED, lease_until=None))
    ids = waiting.order_by("pk").values_list("pk", flat=True)
    for run_id in dict.fromkeys([*ids.filter(owner_id=owner_id)[:1], *ids[:1]]):
        enqueue(run_id)
