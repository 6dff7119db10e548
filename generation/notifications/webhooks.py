"""The webhook that is sent to a run's `callback_url`, signed according to Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
import json
import time

from django.conf import settings
from django.urls import reverse

from accounts import webhook_secrets
from blogai.core import egress
from generation.models import Notification
from generation.posts.address import post_address

GONE = 410  # the receiver wants no more webhooks at this address
LIMITS = egress.Limits()


def egress_rules() -> egress.Rules:
    """Where webhooks may be sent: public addresses over https, and whatever else the operator allows."""
    return egress.Rules(plain_http=settings.DEVELOPMENT, allow=settings.EGRESS_ALLOW)


async def post(notification: Notification) -> int:
    """Send the webhook; returns the receiver's status. Raises EgressError."""
    body = json.dumps(payload(notification), ensure_ascii=False, separators=(",", ":")).encode()
    run = notification.event.run
    headers = {
        "Content-Type": "application/json",
        **signature_headers(str(notification.pk), body, webhook_secrets.current(run.owner), int(time.time())),
    }
    return await egress.post(run.callback_url, body, headers, rules=egress_rules(), limits=LIMITS)


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


def signature_headers(notification_id: str, body: bytes, secret: str, timestamp: int) -> dict[str, str]:
    """The headers by which a receiver verifies the sender and the age, and recognises duplicates."""
    key = base64.b64decode(secret.removeprefix(webhook_secrets.PREFIX))
    digest = hmac.digest(key, f"{notification_id}.{timestamp}.".encode() + body, "sha256")
    return {
        "webhook-id": notification_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def public_url(path: str) -> str:
    """The absolute URL of one of our own pages, for code that has no request."""
    return settings.PUBLIC_URL.rstrip("/") + path
