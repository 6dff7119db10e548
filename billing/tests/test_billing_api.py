"""`/api/v1/billing`: buying, managing and looking, for programs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import api_keys
from accounts.api_keys import Limits
from accounts.models import User
from billing.models import CheckoutOrder, Entitlement
from billing.simulated import SimulatedStripe
from billing.tests.buying import buy
from blogai.tests.clients import client_with

pytestmark = pytest.mark.django_db

CHECKOUT, PORTAL, SUBSCRIPTION = (
    f"/api/v1/billing/{name}" for name in ("checkout", "portal", "subscription")
)


def post(client: Any, url: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(url, body or {}, content_type="application/json")


def test_it_works(
    shop: SimulatedStripe, browser: Client, alice: User, client_for: Callable[..., Client]
) -> None:
    program = client_for(alice)
    assert program.get(SUBSCRIPTION).json() == {
        **{"tier": "free", "status": None, "subscribed_tier": None, "interval": None, "amount": None},
        **{"currency": None, "period_end": None, "cancel_at_period_end": False, "grace_ends_at": None},
        **{"next_tier": None, "next_interval": None, "billing_url": "http://127.0.0.1:8000/billing"},
    }
    page = post(program, CHECKOUT, {"tier": "pro", "interval": "year"})
    assert (page.status_code, page.json()) == (200, {"url": CheckoutOrder.objects.get().url})
    buy(shop, browser, "pro", "year")
    end = Entitlement.objects.get().period_end
    assert end
    assert program.get(SUBSCRIPTION).json() == {
        **{"tier": "pro", "status": "active", "subscribed_tier": "pro", "interval": "year"},
        **{"amount": "490.00", "currency": "usd", "period_end": f"{end:%Y-%m-%dT%H:%M:%SZ}"},
        **{"cancel_at_period_end": False, "grace_ends_at": None, "next_tier": None, "next_interval": None},
        "billing_url": "http://127.0.0.1:8000/billing",
    }
    portal = post(program, PORTAL)
    assert portal.json() == {"url": shop.all("billing_portal.session")[0]["url"]}


def test_who_has_a_plan_gets_no_second_one(
    shop: SimulatedStripe, browser: Client, alice: User, client_for: Callable[..., Client]
) -> None:
    buy(shop, browser)
    reply = post(client_for(alice), CHECKOUT, {"tier": "business"})
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")
    assert reply.json()["billing_url"] == "http://127.0.0.1:8000/billing"
    assert len(shop.all("subscription")) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "tier"),
        ({"tier": "free"}, "tier"),
        ({"tier": "price_pro"}, "tier"),
        ({"tier": "pro", "interval": "week"}, "interval"),
        ({"tier": "pro", "price": "price_1"}, "price"),
        ({"tier": "pro", "success_url": "https://evil.example/"}, "success_url"),
    ],
)
def test_what_is_not_for_sale_is_refused(
    shop: SimulatedStripe, alice: User, client_for: Callable[..., Client], body: dict[str, str], field: str
) -> None:
    reply = post(client_for(alice), CHECKOUT, body)
    assert (reply.status_code, list(reply.json()["errors"])) == (422, [field])
    assert not CheckoutOrder.objects.exists()


def test_a_plan_whose_price_differs_is_refused(
    shop: SimulatedStripe, alice: User, client_for: Callable[..., Client]
) -> None:
    from billing.models import TierLimit

    TierLimit.objects.filter(tier="pro").update(price_monthly_usd=59)
    reply = post(client_for(alice), CHECKOUT, {"tier": "pro"})
    assert (reply.status_code, "For sale: starter, business." in reply.json()["detail"]) == (409, True)


def test_while_stripe_is_down_it_is_said_when_to_come_back(
    shop: SimulatedStripe, browser: Client, alice: User, client_for: Callable[..., Client]
) -> None:
    buy(shop, browser)
    shop.fault("down")
    program = client_for(alice)
    for url, body in ((CHECKOUT, {"tier": "business"}), (PORTAL, {})):
        reply = post(program, url, body)
        assert (reply.status_code, reply.json()["code"], reply["Retry-After"]) == (503, "unavailable", "60")
    assert program.get(SUBSCRIPTION).json()["tier"] == "pro"


@pytest.mark.parametrize("url", [CHECKOUT, PORTAL])
@pytest.mark.parametrize(
    "kind",
    [
        {"kind": "test"},
        {"limits": Limits(requests_per_minute=5)},
        {"limits": Limits(monthly_cost_limit_usd=api_keys.MIN_COST)},
    ],
)
def test_a_key_for_tests_or_with_limits_may_not(
    shop: SimulatedStripe, browser: Client, alice: User, url: str, kind: dict[str, Any]
) -> None:
    buy(shop, browser)
    key = api_keys.issue(alice, "a test's", ["read", "manage"], **kind)[1]
    program = client_with(key)
    reply = post(program, url, {"tier": "business"} if url == CHECKOUT else {})
    assert (reply.status_code, reply.json()["code"]) == (403, "permission_denied")
    assert not shop.all("billing_portal.session")
    assert program.get(SUBSCRIPTION).status_code == 200


def test_the_grace_and_the_cancellation_are_told(
    shop: SimulatedStripe, browser: Client, alice: User, client_for: Callable[..., Client]
) -> None:
    buy(shop, browser)
    since = timezone.now() - timedelta(days=1)
    Entitlement.objects.update(status="past_due", past_due_since=since, cancel_at_period_end=True)
    said = client_for(alice).get(SUBSCRIPTION).json()
    assert (said["status"], said["cancel_at_period_end"]) == ("past_due", True)
    assert said["grace_ends_at"][:19] == f"{since + timedelta(days=7):%Y-%m-%dT%H:%M:%S}"
