"""The line of an owner's runs: so many at once as the plan says, the others wait their turn."""

import uuid

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from billing.limits import at_once
from generation.runs.models import Run
from generation.runs.queue import LOCK_PREFIX, defer


def has_room(owner: User) -> bool:
    """True when another of the owner's runs may start; until the transaction's end nobody else asks."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    running = Run.objects.filter(owner=owner, finished_at=None, lease_until__gt=Now())
    return running.count() < at_once(owner)


def without_job(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Those of the runs that no job in the queue will nudge."""
    lock = Concat(Value(LOCK_PREFIX), Cast(OuterRef("pk"), CharField()))
    return runs.exclude(Exists(ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo")))


def move_up(owner_id: uuid.UUID) -> None:
    """Nudge the owner's run that has waited longest, in the transaction that made room for it."""
    waiting = Run.objects.filter(owner_id=owner_id, status=Run.Status.QUEUED, lease_until=None)
    run_id = without_job(waiting).order_by("pk").values_list("pk", flat=True).first()
    if run_id is not None:
        defer(run_id)
