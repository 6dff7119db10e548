"""The mail that tells a person how their run ended: plain text, in which titles and topics are only text."""

import asyncio
from unicodedata import category
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.text import Truncator

from generation.models import Notification
from generation.notifications.webhooks import public
from generation.posts.address import post_address

SUBJECTS = {
    "run.completed": "Your post is done: {}",
    "run.failed": "Your post was not finished: {}",
    "run.cancelled": "Your post was stopped: {}",
}
LONGEST_SUBJECT = 100


async def send(notification: Notification, address: str, *, kept: bool) -> None:
    """Mails how the run ended; `kept` says whether finished parts can be read. Raises OSError."""
    # A thread of its own: the one for the database must not wait for a mail server.
    await asyncio.to_thread(mail_of(notification, address, kept=kept).send)


def mail_of(notification: Notification, address: str, *, kept: bool) -> EmailMessage:
    event, run = notification.event, notification.event.run
    name = one_line(event.data.get("title") or run.brief["topic"])
    context = {
        "name": name,
        "reason": one_line(event.data.get("detail", "")),
        "kept": kept,
        "url": post_address(public, run.post_id),
    }
    return EmailMessage(
        subject=Truncator(SUBJECTS[event.type].format(name)).chars(LONGEST_SUBJECT),
        body=render_to_string(f"generation/notifications/{event.type.removeprefix('run.')}.txt", context),
        to=[address],
        # The same at every attempt, so that a mail program shows a mail that was sent twice once.
        headers={"Message-ID": f"<{notification.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>"},
    )


def one_line(text: str) -> str:
    """The text without line breaks and control characters, which would begin a header of their own."""
    return " ".join("".join(c for c in text if c.isspace() or category(c) != "Cc").split())
