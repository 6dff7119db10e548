"""dj-stripe's tables hold our account and no key, whatever is stored in them."""

from typing import Any

import pytest
import stripe
from django.conf import settings
from django.urls import get_resolver
from djstripe import models
from djstripe.models.base import StripeModel

from billing.tests.fake_stripe import KEY, FakeStripe, Thing, listing, subscription

NOW = 1_790_000_000
SUBSCRIPTION = {**subscription(1, "price_1", start=NOW), "customer": "cus_1"}
OBJECTS: list[tuple[type[StripeModel], Thing]] = [
    (models.Account, {"object": "account", "id": "acct_1", "charges_enabled": True, "settings": {}}),
    (models.Product, {"object": "product", "id": "prod_price_1", "name": "Pro", "active": True}),
    (models.Price, SUBSCRIPTION["items"]["data"][0]["price"]),
    (models.Customer, {"object": "customer", "id": "cus_1", "email": "alice@example.com"}),
    (models.Subscription, SUBSCRIPTION),
    (
        models.Invoice,
        {
            **{"object": "invoice", "id": "in_1", "customer": "cus_1", "status": "paid", "currency": "usd"},
            **{"amount_due": 4900, "amount_paid": 4900, "amount_remaining": 0, "attempted": True},
            **{"total": 4900, "subtotal": 4900, "collection_method": "charge_automatically"},
            **{"period_start": NOW, "period_end": NOW, "lines": listing([])},
        },
    ),
]


@pytest.mark.django_db
def test_no_key_is_stored_and_nothing_is_asked(
    fake_stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe, "api_base", fake_stripe.url)
    for model, data in OBJECTS:
        thing: Any = {"livemode": False, "created": NOW, "metadata": {}, **data}
        stored = model.sync_from_stripe_data(stripe.convert_to_stripe_object(thing, KEY), api_key=KEY)
        assert stored.id == data["id"]
        owner = stored.djstripe_owner_account
        assert (owner.id if owner else None) == (None if model is models.Account else "acct_1")
        assert not models.APIKey.objects.exists(), f"{model.__name__} has stored the key"
    assert not fake_stripe.asked


def test_dj_stripe_has_no_pages() -> None:
    """Its own webhook cannot verify what ours must, and we have its tables only."""
    assert "djstripe" in settings.INSTALLED_APPS
    assert "djstripe" not in get_resolver().app_dict
    patterns = get_resolver().url_patterns
    assert not [each for each in patterns if "stripe" in str(each.pattern)]
