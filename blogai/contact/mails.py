"""The mail to support, and the one that tells its sender that it has arrived. Both are plain text."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from accounts.services import mail_address
from blogai.models import ContactMessage

CONFIRMATION_SUBJECT = "We got your message"


def to_support(message: ContactMessage) -> EmailMessage:
    """Answering it writes to the sender."""
    if not settings.SUPPORT_EMAIL:
        raise ImproperlyConfigured("SUPPORT_EMAIL isn't set, so messages to support can't be sent.")
    return EmailMessage(
        subject=f"[{message.get_topic_display()}] {message.email}",
        body=render_to_string("blogai/contact/to_support.txt", {"message": message}),
        to=[settings.SUPPORT_EMAIL],
        reply_to=[message.email],
        headers={"Message-ID": _message_id(message, "support")},
    )


def confirmation(message: ContactMessage) -> EmailMessage | None:
    """Only for somebody who was signed in, to a confirmed address.

    Otherwise anybody could have us mail any text to any address.
    """
    address = mail_address(message.user) if message.user else None
    if address is None:
        return None
    return EmailMessage(
        subject=CONFIRMATION_SUBJECT,
        body=render_to_string("blogai/contact/confirmation.txt", {"message": message}),
        to=[address],
        reply_to=[settings.SUPPORT_EMAIL] if settings.SUPPORT_EMAIL else None,
        headers={"Message-ID": _message_id(message, "received"), "Auto-Submitted": "auto-replied"},
    )


def _message_id(message: ContactMessage, kind: str) -> str:
    """The same at every attempt, so that a mail program shows a mail only once even if it was sent twice."""
    return f"<{message.pk}.{kind}@{urlsplit(settings.PUBLIC_URL).hostname}>"
