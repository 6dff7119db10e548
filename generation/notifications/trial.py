"""A signed test event, sent at once to an address that its receiver wants to try out."""

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from blogai.core.egress import EgressError
from blogai.core.errors import RateLimited
from blogai.core.ratelimit.base import MINUTE, Limit, Rate
from blogai.core.ratelimit.configured import limiter
from generation.notifications import webhooks

RATE = Rate(5, MINUTE)
"""Test events of one user: an address may belong to somebody who asked for none."""
NOTHING = str(uuid.UUID(int=0))
"""The id of the run and the post that a test event is about."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a test event: the receiver's status, or the error that kept it from answering."""

    url: str
    milliseconds: int
    status: int | None = None
    error: EgressError | None = None

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def count(user: User) -> None:
    """Count one more test event. Raises RateLimited when the user has sent too many."""
    if not settings.RATE_LIMIT_ENABLED:
        return
    decision = limiter().hit([Limit("webhook_tests", str(user.pk), RATE)])
    if not decision.admitted:
        raise RateLimited(
            f"You can send {RATE.count} test events a minute. Try again in a moment.",
            retry_after=decision.retry_after,
            scope="webhook_tests",
        )


async def send(user: User, url: str) -> Trial:
    """Send a test event to the URL, and wait for the answer. Holds no database connection."""
    shown, began = webhooks.without_query(url), time.monotonic()
    try:
        status = await webhooks.send(user, url, str(uuid.uuid4()), payload())
    except EgressError as error:
        return Trial(shown, _since(began), error=error)
    return Trial(shown, _since(began), status)


def payload() -> dict[str, object]:
    """The body: the fields of a completed run, which there is not."""
    return {
        "type": "test",
        "created_at": datetime.now(UTC).isoformat(),
        "run_id": NOTHING,
        "post_id": NOTHING,
        "conversation_id": "test",
        "status": "completed",
        "title": "A test of your webhook",
        "error": None,
        "url": webhooks.public_url(reverse("settings-webhooks")),
        "status_url": webhooks.public_url(reverse("run", args=[NOTHING])),
    }


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
