"""The plain-text mail that tells a person how their run ended."""

import asyncio
from unicodedata import category
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.text import Truncator

from generation.models import Notification
from generation.notifications.webhooks import public_url
from generation.posts.address import post_address

SUBJECTS = {
    "run.completed": "Your post is ready: {}",
    "run.failed": "We couldn’t finish your post: {}",
    "run.cancelled": "We stopped writing your post: {}",
}
MAX_SUBJECT = 100


async def send(notification: Notification, address: str, *, has_finished_parts: bool) -> None:
    """Send the mail; `has_finished_parts` says whether there is something to read. Raises OSError."""
    # In another thread, since the one for the database must not wait for a mail server.
    await asyncio.to_thread(build_mail(notification, address, has_finished_parts=has_finished_parts).send)


def build_mail(notification: Notification, address: str, *, has_finished_parts: bool) -> EmailMessage:
    event, run = notification.event, notification.event.run
    name = one_line(event.data.get("title") or run.asked)
    context = {
        "name": name,
        "reason": one_line(event.data.get("detail", "")),
        "has_finished_parts": has_finished_parts,
        "url": post_address(public_url, run.post_id),
    }
    return EmailMessage(
        subject=Truncator(SUBJECTS[event.type].format(name)).chars(MAX_SUBJECT),
        body=render_to_string(f"generation/notifications/{event.type.removeprefix('run.')}.txt", context),
        to=[address],
        # The same at every attempt, so that a mail program shows a mail only once even if it was sent twice.
        headers={"Message-ID": f"<{notification.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>"},
    )


def one_line(text: str) -> str:
    """The text without line breaks and control characters, which could start another header."""
    return " ".join("".join(c for c in text if c.isspace() or category(c) != "Cc").split())
