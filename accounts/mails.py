"""The mail about a new API key."""

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import ApiKey
from accounts.services import mail_address

SUBJECT = "A new API key for your Blog AI account"


def new_key_mail(key_id: UUID, address: str, in_place_of: str) -> EmailMessage | None:
    """To the owner, with everything but the key; None if the key or its owner is gone, or unconfirmed."""
    key = ApiKey.objects.select_related("owner").filter(pk=key_id).first()
    recipient = mail_address(key.owner) if key else None
    if key is None or recipient is None:
        return None
    context = {
        "key": key,
        "address": address,
        "in_place_of": in_place_of,
        "url": settings.PUBLIC_URL.rstrip("/") + reverse("settings-api-keys"),
    }
    return EmailMessage(
        subject=SUBJECT,
        body=render_to_string("accounts/mails/new_key.txt", context),
        to=[recipient],
        # The same at every attempt, so that a mail program shows a mail only once even if it was sent twice.
        headers={"Message-ID": f"<{key.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>"},
    )
