from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from billing.tests.fake_stripe import KEY, FakeStripe

if TYPE_CHECKING:
    from accounts.models import User

SECRET = "whsec_" + "a" * 32


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
def fake_stripe(stripe_configured: None, settings: Any) -> Iterator[FakeStripe]:
    with FakeStripe().served() as fake:
        settings.STRIPE_API_BASE = fake.url
        yield fake


@pytest.fixture
def customer(fake_stripe: FakeStripe, alice: "User") -> str:
    """Alice's, without a subscription yet."""
    fake_stripe.customer("cus_1", alice.pk)
    fake_stripe.subscribe("cus_1")
    return "cus_1"
