"""Where an owner's webhooks went: the newest of each run, and trying one again by hand."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from blogai.core.errors import Conflict, NotFound
from generation.models import Notification, Run
from generation.models.run import asked
from generation.notifications import schedule
from generation.notifications.webhooks import without_query

CALLBACKS = Notification.objects.filter(kind=Notification.Kind.CALLBACK)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook, and how far it is. `url` is without its query, which may hold a secret.

    `last_error` is a code. `next_attempt_at` is None if there will be none, or right away.
    """

    id: uuid.UUID
    run_id: uuid.UUID
    post_id: uuid.UUID
    topic: str
    event: str
    url: str
    state: str
    attempts: int
    last_status: int | None
    last_error: str
    next_attempt_at: datetime | None
    created_at: datetime
    tried_at: datetime | None

    @property
    def delivered(self) -> bool:
        return self.state == Notification.State.DELIVERED

    @property
    def failed(self) -> bool:
        return self.state == Notification.State.FAILED


def runs_with_delivery(user: User, state: str = "") -> "QuerySet[Run, Any]":
    """Of each of the user's runs that has one, `id` and the id of its newest `delivery`.

    Runs, because they have an index by owner: the page costs the same whatever others have.
    """
    newest = CALLBACKS.filter(event__run=OuterRef("pk")).order_by("-pk")
    mine = Run.objects.filter(owner=user).exclude(callback_url="")
    runs = mine.annotate(
        delivery=Subquery(newest.values("pk")[:1]), state=Subquery(newest.values("state")[:1])
    )
    kept = runs.filter(state=state) if state else runs.filter(state__isnull=False)
    return kept.order_by("-pk").values("id", "delivery")


def deliveries(ids: Iterable[uuid.UUID]) -> list[Delivery]:
    """Those deliveries, the newest run's first. One query."""
    return [_delivery(each) for each in _with_next_attempt().filter(pk__in=list(ids))]


@transaction.atomic
def retry(user: User, delivery_id: uuid.UUID) -> Delivery:
    """Try it again right away, through its job, of which there is never more than one.

    One that has failed for good gets as many attempts as a new one. Raises NotFound, and Conflict when it was
    delivered or when an attempt is under way.
    """
    mine = CALLBACKS.filter(event__run__owner=user, pk=delivery_id)
    notification = mine.select_for_update(of=("self",)).first()
    if notification is None:
        raise NotFound("We can’t find that delivery.")
    if notification.state == Notification.State.DELIVERED:
        raise Conflict("This webhook was already delivered.")
    given_up = notification.state == Notification.State.FAILED
    if given_up:
        CALLBACKS.filter(pk=delivery_id).update(state=Notification.State.PENDING, attempts=0)
    if not _waiting_jobs(Value(str(delivery_id))).update(scheduled_at=None):
        if not given_up:
            raise Conflict("We’re delivering this webhook right now.")
        schedule.defer(delivery_id)
    return deliveries([delivery_id])[0]


@transaction.atomic
def resend(notification_id: uuid.UUID) -> None:
    """Send a webhook or a mail again, with as many attempts as a new one, even if it was delivered.

    Raises Conflict while it is being sent anyway.
    """
    ended = Notification.objects.filter(pk=notification_id).exclude(state=Notification.State.PENDING)
    if not ended.update(state=Notification.State.PENDING, attempts=0):
        raise Conflict("We’re still sending this notification.")
    if not _waiting_jobs(Value(str(notification_id))).update(scheduled_at=None):
        schedule.defer(notification_id)


def _with_next_attempt() -> QuerySet[Notification]:
    job = _waiting_jobs(Cast(OuterRef("pk"), CharField()))
    return (
        CALLBACKS.select_related("event__run")
        .defer("event__data", "event__run__brief", "event__run__outline")
        .annotate(
            topic=asked("event__run__"),
            next_attempt_at=Subquery(job.values("scheduled_at")[:1]),
        )
        .order_by("-event__run_id")
    )


def _waiting_jobs(notification_id: Any) -> QuerySet[ProcrastinateJob]:
    """The job, if any, in which the notification waits for its next attempt."""
    lock = Concat(Value(schedule.LOCK_PREFIX), notification_id)
    return ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo")


def _delivery(notification: Any) -> Delivery:
    run = notification.event.run
    return Delivery(
        id=notification.pk,
        run_id=run.pk,
        post_id=run.post_id,
        topic=notification.topic,
        event=notification.event.type,
        url=without_query(run.callback_url),
        state=notification.state,
        attempts=notification.attempts,
        last_status=notification.last_status,
        last_error=notification.last_error,
        next_attempt_at=notification.next_attempt_at,
        created_at=notification.created_at,
        tried_at=notification.tried_at,
    )
