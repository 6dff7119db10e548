"""The job that sends a notice. It may run twice: the second run finds it done and stops."""

import asyncio
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models.functions import Now
from django.template.loader import render_to_string

from accounts.services import mail_address
from billing.models import Notice
from billing.notices.letters import Letter, letter
from blogai.core.db import in_database


async def send(notice_id: UUID) -> None:
    """Raises OSError when the mail server does not take it; the queue then tries again.

    If the process ends between the mail and the mark, the mail goes out a second time, with the same id.
    """
    mail = await in_database(mail_of)(notice_id)
    if mail is not None:
        # In another thread, since the one for the database must not wait for a mail server.
        await asyncio.to_thread(mail.send)
    await in_database(_mark_done)(notice_id)


def mail_of(notice_id: UUID) -> EmailMultiAlternatives | None:
    """None if it was sent, if there is nothing to say anymore, or if there is nobody to send it to."""
    notice = Notice.objects.select_related("user").filter(pk=notice_id, done_at=None).first()
    if notice is None or not notice.user.is_active:
        return None
    address, written = mail_address(notice.user), letter(notice)
    return _mail(notice, address, written) if address and written else None


def _mail(notice: Notice, address: str, written: Letter) -> EmailMultiAlternatives:
    # The same id at every attempt, so that a mail program shows a mail only once even if it was sent twice.
    headers = {"Message-ID": f"<{notice.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>"}
    if written.off:  # RFC 8058: one click in the mail program, without a look at a page
        headers["List-Unsubscribe"] = f"<{written.off}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject=written.subject,
        body=render_to_string("billing/mails/letter.txt", {"letter": written}).strip() + "\n",
        to=[address],
        headers=headers,
    )
    mail.attach_alternative(render_to_string("billing/mails/letter.html", {"letter": written}), "text/html")
    return mail


def _mark_done(notice_id: UUID) -> None:
    Notice.objects.filter(pk=notice_id, done_at=None).update(done_at=Now())
