"""The table of notices: each is written once, sent by its job, and deleted after a while."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat, Now
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from billing.models import Notice

LOCK_PREFIX = "billing-notice-"  # stored with jobs in the queue
PRIORITY = -1
"""Below that of runs."""
STALE_AFTER = timedelta(minutes=15)
"""A job takes seconds: what waits longer has lost its job, or all attempts."""
TRIED_FOR = timedelta(days=1)
"""Later than that the mail would not be news."""
KEPT_FOR = timedelta(days=90)
"""Longer than any month, and than Stripe repeats an event."""


@transaction.atomic
def record(user: User, kind: Notice.Kind, about: str, facts: Mapping[str, str]) -> None:
    """Write the notice and queue its job, unless it was written before."""
    notice = Notice(user=user, kind=kind, about=about, facts=dict(facts))
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    if Notice.objects.filter(pk=notice.pk).exists():
        defer(notice.pk)


def defer(notice_id: UUID) -> None:
    """Queue the job that sends the notice. One is queued at a time, and one at work."""
    lock = f"{LOCK_PREFIX}{notice_id}"
    job = app.configure_task("send_billing_notice", queueing_lock=lock, lock=lock, priority=PRIORITY)
    job.defer(notice_id=str(notice_id))


@transaction.atomic
def sweep() -> int:
    """Queue the notices that have lost their job; returns how many."""
    lock = Concat(Value(LOCK_PREFIX), Cast(OuterRef("pk"), CharField()))
    jobs = ProcrastinateJob.objects.filter(queueing_lock=lock, status__in=["todo", "doing"])
    waiting = Notice.objects.filter(
        done_at=None, created_at__lt=Now() - STALE_AFTER, created_at__gt=Now() - TRIED_FOR
    ).exclude(Exists(jobs))
    lost = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    for notice_id in lost:
        defer(notice_id)
    return len(lost)


def purge() -> int:
    """Delete notices that are too old to be of use; returns how many."""
    return Notice.objects.filter(created_at__lt=Now() - KEPT_FOR).delete()[0]
