"""One attempt to deliver a notification."""

import logging
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from accounts.services import mail_address
from blogai.core.db import in_database
from blogai.core.egress import AddressForbidden, EgressError
from generation.models import Notification, RunStep
from generation.notifications import mails, webhooks
from generation.notifications.schedule import MAX_ATTEMPTS

logger = logging.getLogger(__name__)

MAX_CONCURRENT_ATTEMPTS = 4
"""Attempts of one owner at the same time. Each counts until `IN_FLIGHT_FOR` has passed since its start."""
IN_FLIGHT_FOR = timedelta(seconds=10)


class NotDelivered(Exception):
    """The attempt failed, and the job queue will retry."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an attempt. A pending `state` means that it will be retried; `error` is a code."""

    state: Notification.State
    status: int | None = None
    error: str = ""


async def deliver(notification_id: uuid.UUID) -> None:
    """Make one attempt and store its outcome. Raises NotDelivered if there should be another."""
    notification = await in_database(_begin_attempt)(notification_id)
    if notification is None:
        return
    outcome = await _attempt(notification)
    if await in_database(_store_outcome)(notification, outcome) == Notification.State.PENDING:
        raise NotDelivered


async def _attempt(notification: Notification) -> Outcome:
    if not notification.event.run.owner.is_active:
        return Outcome(Notification.State.FAILED, error="account_closed")
    if notification.kind == Notification.Kind.CALLBACK:
        return await _send_webhook(notification)
    return await _send_mail(notification)


def _begin_attempt(notification_id: uuid.UUID) -> Notification | None:
    """The notification, with one more attempt counted; None when it was delivered or has failed for good.

    Raises NotDelivered while too many others of its owner are in flight, since they share the worker with
    runs.
    """
    open_ = Notification.objects.filter(state=Notification.State.PENDING, attempts__lt=MAX_ATTEMPTS)
    of_run = open_.select_related("event__run__owner", "event__run__conversation")
    notification = of_run.filter(pk=notification_id).first()
    if notification is None:
        return None
    in_flight = open_.filter(
        event__run__owner=notification.event.run.owner, tried_at__gt=Now() - IN_FLIGHT_FOR
    )
    if in_flight.exclude(pk=notification_id).count() >= MAX_CONCURRENT_ATTEMPTS:
        raise NotDelivered
    if not open_.filter(pk=notification_id).update(attempts=F("attempts") + 1, tried_at=Now()):
        return None
    notification.refresh_from_db(fields=["attempts"])
    return notification


async def _send_webhook(notification: Notification) -> Outcome:
    try:
        status = await webhooks.post(notification)
    except AddressForbidden as error:
        return Outcome(Notification.State.FAILED, error=error.code)
    except EgressError as error:
        return Outcome(Notification.State.PENDING, error=error.code)
    if 200 <= status < 300:
        return Outcome(Notification.State.DELIVERED, status)
    final = status == webhooks.GONE
    return Outcome(Notification.State.FAILED if final else Notification.State.PENDING, status, "refused")


async def _send_mail(notification: Notification) -> Outcome:
    address, has_finished_parts = await in_database(_address_and_progress)(notification)
    if address is None:
        return Outcome(Notification.State.FAILED, error="address_not_confirmed")
    try:
        await mails.send(notification, address, has_finished_parts=has_finished_parts)
    except OSError as error:  # SMTPException is one
        logger.warning("could not send a mail: %s", error)
        return Outcome(Notification.State.PENDING, error="mail_not_taken")
    return Outcome(Notification.State.DELIVERED)


def _address_and_progress(notification: Notification) -> tuple[str | None, bool]:
    run = notification.event.run
    return mail_address(run.owner), RunStep.objects.filter(run=run, state=RunStep.State.DONE).exists()


def _store_outcome(notification: Notification, outcome: Outcome) -> Notification.State:
    """Store the outcome and return the state: after the last attempt, pending becomes failed."""
    state = outcome.state
    if state == Notification.State.PENDING and notification.attempts >= MAX_ATTEMPTS:
        state = Notification.State.FAILED
    if state == Notification.State.FAILED:
        logger.warning(
            "gave up on the %s of run %s after %d attempts: %s %s",
            notification.kind,
            notification.event.run_id,
            notification.attempts,
            outcome.error,
            outcome.status or "",
        )
    Notification.objects.filter(pk=notification.pk, state=Notification.State.PENDING).update(
        state=state, last_status=outcome.status, last_error=outcome.error
    )
    return state
