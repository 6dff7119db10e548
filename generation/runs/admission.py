"""Which runs may start, and the queue that they wait in.

An owner runs as many at once as the plan says; all together make no more model calls than the limit
allows. A job in the queue is only a nudge: the run's row says what to do, and its lease who does it.
"""

import uuid
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, Exists, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat, Now
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from billing.limits import at_once
from generation.llm.registry import calls_outstanding
from generation.models import Run, RunStep

LOCK_PREFIX = "run-"


def enqueue(run_id: uuid.UUID) -> None:
    """Put the run into the queue, in the transaction under way. It waits there once at most."""
    job = app.configure_task("write_run", queueing_lock=f"{LOCK_PREFIX}{run_id}")
    job.defer(run_id=str(run_id))


def has_room(owner: User) -> bool:
    """True when another of the owner's runs may start; until the transaction's end nobody else asks."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    running = Run.objects.filter(owner=owner, finished_at=None, lease_until__gt=Now())
    return running.count() < at_once(owner)


def admits(run: Run) -> bool:
    """True when the limit of calls a minute has room for the run's calls behind those of all runs under way.

    So a run waits before its first call, and not in the middle. One that has begun is never held up. Until
    the transaction's end nobody else asks.
    """
    most = calls_outstanding(run.provider)
    if most is None or run.started_at is not None:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('runs.line'))")
    under_way = _expected_calls(run__finished_at=None, run__lease_until__gt=Now())
    return under_way == 0 or under_way + _expected_calls(run=run) <= most


def _expected_calls(**steps: Any) -> int:
    """How many model calls these steps will make, as far as they are not finished."""
    calls = Sum(Coalesce("expected_calls", 1))
    return RunStep.objects.filter(output__isnull=True, **steps).aggregate(calls=calls)["calls"] or 0


def ahead() -> Coalesce:
    """For a query of runs: how many of the owner's open runs came before each."""
    in_line = Run.objects.filter(status__in=Run.WANTS_WORKER)
    before = in_line.filter(owner=OuterRef("owner"), pk__lt=OuterRef("pk"))
    return Coalesce(Subquery(before.values("owner").annotate(count=Count("pk")).values("count")), 0)


def without_job(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Those of the runs that no job in the queue will nudge."""
    lock = Concat(Value(LOCK_PREFIX), Cast(OuterRef("pk"), CharField()))
    return runs.exclude(Exists(ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo")))


def move_up(owner_id: uuid.UUID) -> None:
    """Nudge the runs that have waited longest, the owner's and of all, when one has made room for them."""
    waiting = without_job(Run.objects.filter(status=Run.Status.QUEUED, lease_until=None)).order_by("pk")
    ids = waiting.values_list("pk", flat=True)
    for run_id in dict.fromkeys([*ids.filter(owner_id=owner_id)[:1], *ids[:1]]):
        enqueue(run_id)
