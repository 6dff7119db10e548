"""The line of runs: as many of an owner's at once as the plan says, of all as the models' limit allows."""

import uuid

from django.db import connection
from django.db.models import CharField, Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Now
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from billing.limits import at_once
from generation.llm.registry import calls_outstanding
from generation.runs.models import Run, RunStep
from generation.runs.queue import LOCK_PREFIX, defer

WITHOUT_CALL = ("checks", "assembly")
"""Steps that as a rule ask no model."""


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
    to_come = RunStep.objects.filter(output__isnull=True).exclude(name__in=WITHOUT_CALL)
    under_way = to_come.filter(run__finished_at=None, run__lease_until__gt=Now()).count()
    return under_way == 0 or under_way + to_come.filter(run=run).count() <= most


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
        defer(run_id)
