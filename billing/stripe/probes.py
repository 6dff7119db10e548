"""Whether Stripe answers, for /health."""

import time
from typing import Any

import stripe
from django.conf import settings

from billing.stripe import catalogue
from billing.stripe.client import connection
from blogai.core.db import OUTAGES, release_connections

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
            "price_ids_configured": _price_ids(),
        },
    }


def _price_ids() -> dict[str, bool]:
    """Whether each plan has a price: in the settings, or one that `setup_stripe` has made."""
    named = {name: bool(price) for name, price in settings.STRIPE_PRICE_IDS.items()}
    if not settings.STRIPE_SECRET_KEY or all(named.values()):
        return named
    try:
        found = {offer.name for offer in catalogue.for_sale()}
    except OUTAGES:
        found = set()
    finally:
        release_connections()
    return {name: known or name in found for name, known in named.items()}
