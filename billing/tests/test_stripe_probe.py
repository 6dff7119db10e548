"""What /health/stripe is told: whether Stripe answers, in which mode, and what is configured."""

from typing import Any

import pytest

from billing.stripe.probes import stripe_api
from billing.tests.fake_stripe import KEY, FakeStripe


def test_stripe_answers(fake_stripe: FakeStripe) -> None:
    found = stripe_api()
    assert found["detail"].pop("latency_ms") > 0
    assert found == {
        "status": "up",
        "mode": "test",
        "detail": {
            "configured": True,
            "connected": True,
            "mode": "test",
            "webhook_configured": True,
            "price_ids_configured": {
                **{"starter": True, "pro": True, "business": True},
                **{"starter_yearly": False, "pro_yearly": True, "business_yearly": False},
            },
        },
    }
    assert fake_stripe.asked == ["/v1/prices?limit=1"]


@pytest.mark.parametrize("failing", [401, 500, None])
def test_a_stripe_that_refuses_or_is_away_is_not_connected(
    fake_stripe: FakeStripe, settings: Any, failing: int | None
) -> None:
    fake_stripe.failing = failing or 0
    if failing is None:
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    found = stripe_api()
    assert (found["status"], found["mode"]) == ("down", "test")
    assert (found["detail"]["configured"], found["detail"]["connected"]) == (True, False)
    assert KEY not in str(found)
