"""One attempt to deliver a notice."""

import logging
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from accounts.services import mail_address
from blogai.db import in_database
from blogai.egress import AddressForbidden, EgressError
from generation.notices import callbacks, mails
from generation.notices.models import Notice
from generation.notices.services import MOST_ATTEMPTS
from generation.runs.models import RunStep

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 4
"""Attempts of one owner. What did not get through still counts until `UNDER_WAY` has passed."""
UNDER_WAY = timedelta(seconds=10)


class NotDelivered(Exception):
    """The attempt failed and another will be made."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state` pending: to be tried again. `error` is a code."""

    state: Notice.State
    status: int | None = None
    error: str = ""


async def deliver(notice_id: uuid.UUID) -> None:
    """Try once, and store what came of it. Raises NotDelivered when it is to be tried again."""
    notice = await in_database(_begin)(notice_id)
    if notice is None:
        return
    outcome = await (_call_back(notice) if notice.kind == Notice.Kind.CALLBACK else _mail(notice))
    if await in_database(_store)(notice, outcome) == Notice.State.PENDING:
        raise NotDelivered


def _begin(notice_id: uuid.UUID) -> Notice | None:
    """The notice with all that is told of it, its attempt counted; None when it is settled.

    Raises NotDelivered while its owner's others take their time: they share the worker with runs.
    """
    open_ = Notice.objects.filter(state=Notice.State.PENDING, attempts__lt=MOST_ATTEMPTS)
    of_run = open_.select_related("event__run__owner", "event__run__conversation")
    notice = of_run.filter(pk=notice_id).first()
    if notice is None:
        return None
    now = open_.filter(event__run__owner=notice.event.run.owner, tried_at__gt=Now() - UNDER_WAY)
    if now.exclude(pk=notice_id).count() >= MOST_AT_ONCE:
        raise NotDelivered
    if not open_.filter(pk=notice_id).update(attempts=F("attempts") + 1, tried_at=Now()):
        return None
    notice.refresh_from_db(fields=["attempts"])
    return notice


async def _call_back(notice: Notice) -> Outcome:
    try:
        status = await callbacks.post(notice)
    except AddressForbidden as error:
        return Outcome(Notice.State.FAILED, error=error.code)
    except EgressError as error:
        return Outcome(Notice.State.PENDING, error=error.code)
    if 200 <= status < 300:
        return Outcome(Notice.State.DELIVERED, status)
    final = status == callbacks.NOT_ANY_MORE
    return Outcome(Notice.State.FAILED if final else Notice.State.PENDING, status, "refused")


async def _mail(notice: Notice) -> Outcome:
    address, kept = await in_database(_address_and_kept)(notice)
    if address is None:
        return Outcome(Notice.State.FAILED, error="address_not_confirmed")
    try:
        await mails.send(notice, address, kept=kept)
    except OSError as error:  # SMTPException is one
        logger.warning("the mail server did not take a mail: %s", error)
        return Outcome(Notice.State.PENDING, error="mail_not_taken")
    return Outcome(Notice.State.DELIVERED)


def _address_and_kept(notice: Notice) -> tuple[str | None, bool]:
    run = notice.event.run
    return mail_address(run.owner), RunStep.objects.filter(run=run, state=RunStep.State.DONE).exists()


def _store(notice: Notice, outcome: Outcome) -> Notice.State:
    """Writes the outcome down; pending becomes failed with the last attempt. Returns the state."""
    state = outcome.state
    if state == Notice.State.PENDING and notice.attempts >= MOST_ATTEMPTS:
        state = Notice.State.FAILED
    if state == Notice.State.FAILED:
        logger.warning(
            "the %s of run %s is given up after %d attempts: %s %s",
            *(notice.kind, notice.event.run_id, notice.attempts, outcome.error, outcome.status or ""),
        )
    Notice.objects.filter(pk=notice.pk, state=Notice.State.PENDING).update(
        state=state, last_status=outcome.status, last_error=outcome.error
    )
    return state
