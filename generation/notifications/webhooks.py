"""The webhook that is sent to a run's `callback_url`, signed according to Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from accounts import webhook_secrets
from accounts.models import User
from blogai.core import egress
from generation.models import Notification
from generation.posts.address import post_address

GONE = 410  # the receiver wants no more webhooks at this address
LIMITS = egress.Limits()
MAX_ADDRESS = 2000
"""Characters of an address."""


def egress_rules() -> egress.Rules:
    """Where webhooks may be sent: public addresses over https, and whatever else the operator allows."""
    return egress.Rules(plain_http=settings.DEVELOPMENT, allow=settings.EGRESS_ALLOW)


def check(url: str) -> None:
    """Raises AddressForbidden if webhooks may not be sent there, as far as it shows without DNS."""
    egress.check(url, egress_rules())


async def post(notification: Notification) -> int:
    """Send the webhook; returns the receiver's status. Raises EgressError."""
    run = notification.event.run
    return await send(run.owner, run.callback_url, str(notification.pk), payload(notification))


async def send(owner: User, url: str, webhook_id: str, message: Mapping[str, object]) -> int:
    """Send the message, signed with the owner's secret; returns the receiver's status. Raises EgressError."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        **signature_headers(webhook_id, body, webhook_secrets.current(owner), int(time.time())),
    }
    return await egress.post(url, body, headers, rules=egress_rules(), limits=LIMITS)


def payload(notification: Notification) -> dict[str, object]:
    """The body of the webhook. It is built from the stored event, so that it is the same at every attempt."""
    event, run = notification.event, notification.event.run
    code = event.data.get("code")
    return {
        "type": event.type,
        "created_at": event.created_at.isoformat(),
        "run_id": str(run.pk),
        "post_id": str(run.post_id),
        "conversation_id": run.conversation.name,
        "status": event.type.removeprefix("run."),
        "title": event.data.get("title"),
        "error": {"code": code, "detail": event.data["detail"]} if code else None,
        "url": post_address(public_url, run.post_id),
        "status_url": public_url(reverse("run", args=[run.pk])),
    }


def signature_headers(webhook_id: str, body: bytes, secret: str, timestamp: int) -> dict[str, str]:
    """The headers by which a receiver verifies the sender and the age, and recognises duplicates."""
    key = base64.b64decode(secret.removeprefix(webhook_secrets.PREFIX))
    digest = hmac.digest(key, f"{webhook_id}.{timestamp}.".encode() + body, "sha256")
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def public_url(path: str) -> str:
    """The absolute URL of one of our own pages, for code that has no request."""
    return settings.PUBLIC_URL.rstrip("/") + path


def without_query(url: str) -> str:
    """The URL as it may be shown: what is behind the path is often a secret of the receiver's."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
