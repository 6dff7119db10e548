"""dj-stripe's tables hold our account and no key, whatever is stored in them."""

from typing import Any

import pytest
import stripe
from django.conf import settings
from django.urls import get_resolver
from djstripe import models
from djstripe.models.base import StripeModel

from billing.simulated import KEY, SimulatedStripe


@pytest.mark.django_db
def test_no_key_is_stored_and_nothing_is_asked(
    priced_stripe: SimulatedStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of our objects in the order in which one refers to another; what dj-stripe would fetch is left out."""
    made = priced_stripe.customer()
    subscription = priced_stripe.subscribe(made["id"], "price_pro")
    without_card: dict[str, Any] = {"invoice_settings": {}}
    objects: list[tuple[type[StripeModel], dict[str, Any]]] = [
        (models.Account, {"object": "account", "id": "acct_simulated", "settings": {}}),
        (models.Product, priced_stripe.get("prod_price_pro")),
        (models.Price, priced_stripe.get("price_pro")),
        (models.Customer, priced_stripe.get(made["id"]) | without_card),
        (models.Subscription, subscription | {"latest_invoice": None}),
        (models.Invoice, priced_stripe.get(subscription["latest_invoice"])),
    ]
    monkeypatch.setattr(stripe, "api_base", priced_stripe.url)
    for model, data in objects:
        thing: Any = {"livemode": False, "created": 1_790_000_000, "metadata": {}, **data}
        stored = model.sync_from_stripe_data(stripe.convert_to_stripe_object(thing, KEY), api_key=KEY)
        assert stored.id == data["id"]
        owner = stored.djstripe_owner_account
        assert (owner.id if owner else None) == (None if model is models.Account else "acct_simulated")
        assert not models.APIKey.objects.exists(), f"{model.__name__} has stored the key"
    assert not priced_stripe.asked


def test_dj_stripe_has_no_pages() -> None:
    """Its own webhook cannot verify what ours must, and we have its tables only."""
    assert "djstripe" in settings.INSTALLED_APPS
    assert "djstripe" not in get_resolver().app_dict
    patterns = get_resolver().url_patterns
    assert not [each for each in patterns if "stripe" in str(each.pattern)]
