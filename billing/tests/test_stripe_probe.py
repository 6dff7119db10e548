"""What /health/stripe is told: whether Stripe answers, in which mode, and what is configured."""

from typing import Any

import pytest
from django.db import OperationalError

from billing.simulated import KEY, SimulatedStripe
from billing.stripe.probes import stripe_api

pytestmark = pytest.mark.django_db


def test_stripe_answers(priced_stripe: SimulatedStripe) -> None:
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
    assert priced_stripe.asked == ["GET /v1/prices?limit=1"]


@pytest.mark.parametrize("fault", ["refused", "down", "busy", "away"])
def test_a_stripe_that_refuses_or_is_away_is_not_connected(
    priced_stripe: SimulatedStripe, settings: Any, fault: str
) -> None:
    if fault != "away":
        priced_stripe.fault(fault)
    else:
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    found = stripe_api()
    assert (found["status"], found["mode"]) == ("down", "test")
    assert (found["detail"]["configured"], found["detail"]["connected"]) == (True, False)
    assert KEY not in str(found)


def test_prices_that_the_set_up_has_made_count(shop: SimulatedStripe) -> None:
    assert set(stripe_api()["detail"]["price_ids_configured"].values()) == {True}


def test_no_database_hides_nothing_of_stripe(shop: SimulatedStripe, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("billing.stripe.catalogue.for_sale", down)
    found = stripe_api()
    assert found["detail"]["connected"] is True
    assert set(found["detail"]["price_ids_configured"].values()) == {False}
