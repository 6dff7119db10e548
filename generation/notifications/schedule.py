"""Schedules notifications when a run ends, and requeues those whose worker died."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat, Now
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from generation.models import Notification, Run, RunEvent

LOCK_PREFIX = "notice-"  # stored with jobs in the queue
MAX_ATTEMPTS = 8
STALE_AFTER = timedelta(minutes=1)
"""Attempts take seconds: if one is still pending after this time and has no job, its worker has died."""
PRIORITY = -1
"""Below that of runs."""


def schedule(run: Run, seq: int) -> None:
    """Schedule the notifications asked for, in the transaction that ends the run with the event `seq`."""
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
        defer(notification.pk)


@transaction.atomic
def sweep() -> int:
    """Queue the notifications whose worker died; returns how many."""
    lock = Concat(Value(LOCK_PREFIX), Cast(OuterRef("pk"), CharField()))
    jobs = ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo")
    before = Now() - STALE_AFTER
    lost = Notification.objects.filter(
        Q(tried_at__lt=before) | Q(tried_at=None), state=Notification.State.PENDING, created_at__lt=before
    ).exclude(Exists(jobs))
    lost.filter(attempts__gte=MAX_ATTEMPTS).update(state=Notification.State.FAILED)
    notice_ids = list(lost.select_for_update(skip_locked=True).values_list("pk", flat=True))
    for notification_id in notice_ids:
        defer(notification_id)
    return len(notice_ids)


def defer(notification_id: uuid.UUID) -> None:
    """Queue the job that delivers the notification. It may have only one waiting."""
    job = app.configure_task(
        "deliver_notice", queueing_lock=f"{LOCK_PREFIX}{notification_id}", priority=PRIORITY
    )
    job.defer(notice_id=str(notification_id))
