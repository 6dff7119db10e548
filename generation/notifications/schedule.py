"""Scheduling notifications at a run's end, and making sure that none is forgotten."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat, Now
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from generation.models import Notification, Run, RunEvent

LOCK_PREFIX = "notice-"  # stored with jobs in the queue
MOST_ATTEMPTS = 8
LOST_AFTER = timedelta(minutes=1)
"""An attempt takes seconds: what is still open then, with no job in the queue, lost its worker."""
AFTER_RUNS = -1
"""The priority of these jobs."""


def schedule(run: Run, seq: int) -> None:
    """Notify everyone who asked for it, in the transaction that ends the run with its event `seq`."""
    kinds = [
        *([Notification.Kind.CALLBACK] if run.callback_url else []),
        *([Notification.Kind.MAIL] if run.email_when_done else []),
    ]
    if not kinds:
        return
    event = RunEvent.objects.get(run_id=run.pk, seq=seq)
    for notification in Notification.objects.bulk_create(
        Notification(event=event, kind=kind) for kind in kinds
    ):
        _defer(notification.pk)


@transaction.atomic
def sweep() -> int:
    """Put notifications whose worker died back into the queue; returns how many."""
    lock = Concat(Value(LOCK_PREFIX), Cast(OuterRef("pk"), CharField()))
    jobs = ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo")
    before = Now() - LOST_AFTER
    lost = Notification.objects.filter(
        Q(tried_at__lt=before) | Q(tried_at=None), state=Notification.State.PENDING, created_at__lt=before
    ).exclude(Exists(jobs))
    lost.filter(attempts__gte=MOST_ATTEMPTS).update(state=Notification.State.FAILED)
    notice_ids = list(lost.select_for_update(skip_locked=True).values_list("pk", flat=True))
    for notification_id in notice_ids:
        _defer(notification_id)
    return len(notice_ids)


def _defer(notification_id: uuid.UUID) -> None:
    job = app.configure_task(
        "deliver_notice", queueing_lock=f"{LOCK_PREFIX}{notification_id}", priority=AFTER_RUNS
    )
    job.defer(notice_id=str(notification_id))
