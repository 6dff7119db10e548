"""Ordering notices at a run's end, and seeing to it that none is forgotten."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat, Now
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from generation.notices.models import Notice
from generation.runs.models import Run, RunEvent

LOCK_PREFIX = "notice-"
MOST_ATTEMPTS = 8
LOST_AFTER = timedelta(minutes=1)
"""An attempt takes seconds: what is still open then, with no job in the queue, lost its worker."""
AFTER_RUNS = -1
"""The priority of these jobs."""


def order(run: Run, seq: int) -> None:
    """Have everyone told who asked to be, in the transaction that ends the run with its event `seq`."""
    kinds = [
        *([Notice.Kind.CALLBACK] if run.callback_url else []),
        *([Notice.Kind.MAIL] if run.email_when_done else []),
    ]
    if not kinds:
        return
    event = RunEvent.objects.get(run_id=run.pk, seq=seq)
    for notice in Notice.objects.bulk_create(Notice(event=event, kind=kind) for kind in kinds):
        _defer(notice.pk)


@transaction.atomic
def sweep() -> int:
    """Put notices whose worker died back into the queue; returns how many."""
    lock = Concat(Value(LOCK_PREFIX), Cast(OuterRef("pk"), CharField()))
    jobs = ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo")
    before = Now() - LOST_AFTER
    lost = Notice.objects.filter(
        Q(tried_at__lt=before) | Q(tried_at=None), state=Notice.State.PENDING, created_at__lt=before
    ).exclude(Exists(jobs))
    lost.filter(attempts__gte=MOST_ATTEMPTS).update(state=Notice.State.FAILED)
    notice_ids = list(lost.select_for_update(skip_locked=True).values_list("pk", flat=True))
    for notice_id in notice_ids:
        _defer(notice_id)
    return len(notice_ids)


def _defer(notice_id: uuid.UUID) -> None:
    job = app.configure_task("deliver_notice", queueing_lock=f"{LOCK_PREFIX}{notice_id}", priority=AFTER_RUNS)
    job.defer(notice_id=str(notice_id))
