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
from generation.notifications.schedule import MOST_ATTEMPTS

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 4
"""Attempts of one owner. What did not get through still counts until `UNDER_WAY` has passed."""
UNDER_WAY = timedelta(seconds=10)


class NotDelivered(Exception):
    """The attempt failed and another will be made."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state` pending: to be tried again. `error` is a code."""

    state: Notification.State
    status: int | None = None
    error: str = ""


async def deliver(notification_id: uuid.UUID) -> None:
    """Try once, and store what came of it. Raises NotDelivered when it is to be tried again."""
    notification = await in_database(_begin)(notification_id)
    if notification is None:
        return
    outcome = await (
        _call_back(notification) if notification.kind == Notification.Kind.CALLBACK else _mail(notification)
    )
    if await in_database(_store)(notification, outcome) == Notification.State.PENDING:
        raise NotDelivered


def _begin(notification_id: uuid.UUID) -> Notification | None:
    """The notification with all that is told of it, its attempt counted; None when it is settled.

    Raises NotDelivered while its owner's others take their time: they share the worker with runs.
    """
    open_ = Notification.objects.filter(state=Notification.State.PENDING, attempts__lt=MOST_ATTEMPTS)
    of_run = open_.select_related("event__run__owner", "event__run__conversation")
    notification = of_run.filter(pk=notification_id).first()
    if notification is None:
        return None
    now = open_.filter(event__run__owner=notification.event.run.owner, tried_at__gt=Now() - UNDER_WAY)
    if now.exclude(pk=notification_id).count() >= MOST_AT_ONCE:
        raise NotDelivered
    if not open_.filter(pk=notification_id).update(attempts=F("attempts") + 1, tried_at=Now()):
        return None
    notification.refresh_from_db(fields=["attempts"])
    return notification


async def _call_back(notification: Notification) -> Outcome:
    try:
        status = await webhooks.post(notification)
    except AddressForbidden as error:
        return Outcome(Notification.State.FAILED, error=error.code)
    except EgressError as error:
        return Outcome(Notification.State.PENDING, error=error.code)
    if 200 <= status < 300:
        return Outcome(Notification.State.DELIVERED, status)
    final = status == webhooks.NOT_ANY_MORE
    return Outcome(Notification.State.FAILED if final else Notification.State.PENDING, status, "refused")


async def _mail(notification: Notification) -> Outcome:
    address, kept = await in_database(_address_and_kept)(notification)
    if address is None:
        return Outcome(Notification.State.FAILED, error="address_not_confirmed")
    try:
        await mails.send(notification, address, kept=kept)
    except OSError as error:  # SMTPException is one
        logger.warning("the mail server did not take a mail: %s", error)
        return Outcome(Notification.State.PENDING, error="mail_not_taken")
    return Outcome(Notification.State.DELIVERED)


def _address_and_kept(notification: Notification) -> tuple[str | None, bool]:
    run = notification.event.run
    return mail_address(run.owner), RunStep.objects.filter(run=run, state=RunStep.State.DONE).exists()


def _store(notification: Notification, outcome: Outcome) -> Notification.State:
    """Writes the outcome down; pending becomes failed with the last attempt. Returns the state."""
    state = outcome.state
    if state == Notification.State.PENDING and notification.attempts >= MOST_ATTEMPTS:
        state = Notification.State.FAILED
    if state == Notification.State.FAILED:
        logger.warning(
            "the %s of run %s is given up after %d attempts: %s %s",
            *(
                notification.kind,
                notification.event.run_id,
                notification.attempts,
                outcome.error,
                outcome.status or "",
            ),
        )
    Notification.objects.filter(pk=notification.pk, state=Notification.State.PENDING).update(
        state=state, last_status=outcome.status, last_error=outcome.error
    )
    return state
