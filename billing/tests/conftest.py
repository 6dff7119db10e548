from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from billing.simulated import KEY, SimulatedStripe

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User

SECRET = "whsec_" + "a" * 32
WEBHOOK = "http://127.0.0.1:8000/webhooks/stripe"


@pytest.fixture
def stripe_configured(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = KEY
    settings.STRIPE_LIVE_MODE = False
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_of_before", SECRET]
    settings.STRIPE_PRICE_IDS = {
        **settings.STRIPE_PRICE_IDS,
        **{"starter": "price_starter", "pro": "price_pro", "business": "price_business"},
        "pro_yearly": "price_pro_yearly",
    }


@pytest.fixture
def simulated_stripe(settings: Any) -> Iterator[SimulatedStripe]:
    """Stripe, with nothing in its account yet. Its events come to our webhook when the test calls `deliver`.

    For that it needs an endpoint: from our set-up, or by `simulated_stripe.endpoint(WEBHOOK, SECRET)`.
    """
    with SimulatedStripe(post=post_to_our_webhook) as stripe:
        settings.STRIPE_SECRET_KEY = stripe.key
        settings.STRIPE_API_BASE = stripe.url
        settings.STRIPE_LIVE_MODE = False
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        yield stripe


def post_to_our_webhook(url: str, body: bytes, headers: dict[str, str]) -> int:
    """In this process, and in the test's transaction."""
    from django.test import Client

    signed = {"Stripe-Signature": headers["Stripe-Signature"]}
    reply = Client(enforce_csrf_checks=True).post(
        urlsplit(url).path, body, "application/json", headers=signed
    )
    return reply.status_code


@pytest.fixture
def priced_stripe(simulated_stripe: SimulatedStripe, stripe_configured: None) -> SimulatedStripe:
    """Stripe with the prices that the settings name, and one of something else."""
    simulated_stripe.price("price_starter", amount=1900)
    simulated_stripe.price("price_pro", amount=4900)
    simulated_stripe.price("price_business", amount=14900)
    simulated_stripe.price("price_pro_yearly", amount=46800, interval="year")
    simulated_stripe.price("price_of_something_else")
    return simulated_stripe


@pytest.fixture
def customer(priced_stripe: SimulatedStripe, alice: "User") -> str:
    """Alice's, with a card and an address, and without a subscription yet."""
    address = {"line1": "1 Canary Row", "country": "US"}
    made = priced_stripe.customer(alice.pk, customer_id="cus_1", address=address, phone="+1 555 CANARY")
    return str(made["id"])


@pytest.fixture
def shop(simulated_stripe: SimulatedStripe, db: None) -> Iterator[SimulatedStripe]:
    """Stripe after our set-up: all plans are for sale, and its events come to our webhook.

    Whatever a test does with it, no key is in dj-stripe's tables afterwards.
    """
    from djstripe.models import APIKey

    from billing.tests.buying import set_up_once

    set_up_once(simulated_stripe)
    for endpoint in simulated_stripe.all("webhook_endpoint"):
        simulated_stripe.endpoint(endpoint["url"], SECRET)
    yield simulated_stripe
    assert not APIKey.objects.exists(), "dj-stripe has stored the key"


@pytest.fixture
def browser(alice: "User") -> "Client":
    """Alice's."""
    from django.test import Client

    browser = Client(headers={"Accept": "text/html"})
    browser.force_login(alice)
    return browser
