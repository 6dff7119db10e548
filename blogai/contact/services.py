"""A message to support: stored, then mailed by a job, then forgotten.

The row is what survives a crash. It is there until the mail server has taken the message, however long that
takes: each job tries for some minutes, and `requeue` begins another one.
"""

import asyncio
import logging
import uuid
from smtplib import SMTPRecipientsRefused

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat, Now
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from blogai.contact import mails
from blogai.core.db import in_database
from blogai.models import ContactMessage

logger = logging.getLogger(__name__)

LOCK_PREFIX = "contact-"  # stored with jobs in the queue


@transaction.atomic
def receive(*, user: User | None, email: str, topic: str, text: str, request_id: str) -> None:
    """Store the message and queue its mail. `email` is what somebody typed who is not signed in."""
    message = ContactMessage.objects.create(
        user=user, email=user.email if user else email, topic=topic, text=text, request_id=request_id
    )
    _defer(message.pk)


async def deliver(message_id: uuid.UUID) -> None:
    """Mail the message, then its confirmation, and forget it. Raises OSError if no mail server takes it."""
    message = await in_database(_stored)(message_id)
    if message is None:
        return
    if message.forwarded_at is None:
        await asyncio.to_thread(mails.to_support(message).send)
        await in_database(_note_forwarded)(message_id)
    if confirmation := await in_database(mails.confirmation)(message):
        try:
            await asyncio.to_thread(confirmation.send)
        except SMTPRecipientsRefused:  # for good: support has the message all the same
            logger.warning("the confirmation of a message to support was refused by its recipient's server")
    await in_database(_forget)(message_id)


@transaction.atomic
def requeue() -> int:
    """Queue the messages whose job was lost or has given up; returns how many."""
    lock = Concat(Value(LOCK_PREFIX), Cast(OuterRef("pk"), CharField()))
    jobs = ProcrastinateJob.objects.filter(queueing_lock=lock, status__in=["todo", "doing"])
    lost = ContactMessage.objects.exclude(Exists(jobs)).select_for_update(skip_locked=True)
    message_ids = list(lost.values_list("pk", flat=True))
    for message_id in message_ids:
        _defer(message_id)
    return len(message_ids)


def _stored(message_id: uuid.UUID) -> ContactMessage | None:
    return ContactMessage.objects.select_related("user").filter(pk=message_id).first()


def _note_forwarded(message_id: uuid.UUID) -> None:
    ContactMessage.objects.filter(pk=message_id).update(forwarded_at=Now())


def _forget(message_id: uuid.UUID) -> None:
    ContactMessage.objects.filter(pk=message_id).delete()


def _defer(message_id: uuid.UUID) -> None:
    """Queue the job that mails the message. It may have only one waiting."""
    job = app.configure_task("mail_contact_message", queueing_lock=f"{LOCK_PREFIX}{message_id}")
    job.defer(message_id=str(message_id))
