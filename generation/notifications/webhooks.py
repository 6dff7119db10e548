"""A callback: what is posted to a run's `callback_url`, signed as Standard Webhooks has it.

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

NOT_ANY_MORE = 410
LIMITS = egress.Limits()


def rules() -> egress.Rules:
    """Where callbacks may go: public addresses over https, and what the operator allows besides."""
    return egress.Rules(plain_http=settings.DEVELOPMENT, allow=settings.EGRESS_ALLOW)


async def post(notification: Notification) -> int:
    """Posts the callback and gives the receiver's status. Raises EgressError."""
    body = json.dumps(content(notification), ensure_ascii=False, separators=(",", ":")).encode()
    run = notification.event.run
    headers = {
        "Content-Type": "application/json",
        **signed(str(notification.pk), body, webhook_secrets.current(run.owner), int(time.time())),
    }
    return await egress.post(run.callback_url, body, headers, rules=rules(), limits=LIMITS)


def content(notification: Notification) -> dict[str, object]:
    """How the run ended: the same at every attempt, since it is told from the stored event."""
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
        "url": post_address(public, run.post_id),
        "status_url": public(reverse("run", args=[run.pk])),
    }


def signed(notification_id: str, body: bytes, secret: str, timestamp: int) -> dict[str, str]:
    """The three headers by which a receiver knows sender, freshness and repetition."""
    key = base64.b64decode(secret.removeprefix(webhook_secrets.PREFIX))
    digest = hmac.digest(key, f"{notification_id}.{timestamp}.".encode() + body, "sha256")
    return {
        "webhook-id": notification_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def public(path: str) -> str:
    """The whole address of one of our own pages, where no request says which host was asked."""
    return settings.PUBLIC_URL.rstrip("/") + path
