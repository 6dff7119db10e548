"""Whether Stripe answers, for /health."""

import time
from typing import Any

import stripe
from django.conf import settings

from billing.stripe.client import connection

TIMEOUT = 3.0
"""Seconds. /health does not wait for it that long, but the next one finds the result."""


def stripe_api() -> dict[str, Any]:
    """One call of a kind that every key needs for its work."""
    if not settings.STRIPE_SECRET_KEY:
        return _finding("not_configured")
    start = time.perf_counter()
    http = stripe.RequestsClient(timeout=TIMEOUT)
    try:
        connection(http, retries=0).v1.prices.list({"limit": 1})
    except stripe.StripeError:
        return _finding("down")
    finally:
        http.close()  # type: ignore[no-untyped-call]
    return _finding("up", round((time.perf_counter() - start) * 1000, 1))


def _finding(status: str, latency_ms: float | None = None) -> dict[str, Any]:
    configured = status != "not_configured"
    mode = ("live" if settings.STRIPE_LIVE_MODE else "test") if configured else None
    return {
        "status": status,
        "mode": mode,
        "detail": {
            "configured": configured,
            "connected": status == "up",
            "mode": mode,
            "webhook_configured": bool(settings.STRIPE_WEBHOOK_SECRETS),
            "latency_ms": latency_ms,
            "price_ids_configured": {name: bool(price) for name, price in settings.STRIPE_PRICE_IDS.items()},
        },
    }
