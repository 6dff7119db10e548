"""dj-stripe's tables hold our account and no key, after every sync."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import stripe
from django.conf import settings
from django.urls import get_resolver
from djstripe import models
from djstripe.models.base import StripeModel

KEY = "sk_test_" + 3 * "0123456789"
NOW = 1_790_000_000
EMPTY = {"object": "list", "data": [], "has_more": False, "url": "/v1/none"}
OBJECTS: list[tuple[type[StripeModel], dict[str, Any]]] = [
    (models.Account, {"object": "account", "id": "acct_1", "charges_enabled": True, "settings": {}}),
    (models.Product, {"object": "product", "id": "prod_1", "name": "Pro", "active": True, "type": "service"}),
    (
        models.Price,
        {
            **{"object": "price", "id": "price_1", "product": "prod_1", "active": True, "currency": "usd"},
            **{"type": "recurring", "unit_amount": 4900, "unit_amount_decimal": "4900"},
            "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
        },
    ),
    (models.Customer, {"object": "customer", "id": "cus_1", "email": "alice@example.com"}),
    (
        models.Subscription,
        {
            **{"object": "subscription", "id": "sub_1", "customer": "cus_1", "status": "active"},
            **{"collection_method": "charge_automatically", "start_date": NOW, "cancel_at_period_end": False},
            "items": {
                **{"object": "list", "has_more": False, "url": "/v1/subscription_items"},
                "data": [
                    {
                        **{"object": "subscription_item", "id": "si_1", "quantity": 1},
                        "subscription": "sub_1",
                        **{"current_period_start": NOW, "current_period_end": NOW + 2_592_000},
                        **{"price": {"object": "price", "id": "price_1", "product": "prod_1"}},
                    }
                ],
            },
        },
    ),
    (
        models.Invoice,
        {
            **{"object": "invoice", "id": "in_1", "customer": "cus_1", "status": "paid", "currency": "usd"},
            **{"amount_due": 4900, "amount_paid": 4900, "amount_remaining": 0, "attempted": True},
            **{"total": 4900, "subtotal": 4900, "collection_method": "charge_automatically"},
            **{"period_start": NOW, "period_end": NOW, "lines": EMPTY},
        },
    ),
]


class FakeStripe(BaseHTTPRequestHandler):
    """Knows our account, and has an empty list of all else: dj-stripe asks for a product's features."""

    def do_GET(self) -> None:
        body = json.dumps(OBJECTS[0][1] if self.path == "/v1/account" else EMPTY).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing: pytest shows requests that failed."""


@pytest.fixture
def fake_stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeStripe)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setattr(stripe, "api_base", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(stripe, "max_network_retries", 0)
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.django_db
def test_no_key_is_stored(fake_stripe: None) -> None:
    for model, data in OBJECTS:
        stored = model.sync_from_stripe_data(
            stripe.convert_to_stripe_object({"livemode": False, "created": NOW, "metadata": {}, **data}, KEY),
            api_key=KEY,
        )
        assert stored.id == data["id"]
        owner = stored.djstripe_owner_account
        assert (owner.id if owner else None) == (None if model is models.Account else "acct_1")
        assert not models.APIKey.objects.exists(), f"{model.__name__} has stored the key"


def test_dj_stripe_has_no_pages() -> None:
    """Its own webhook cannot verify what ours must, and we have its tables only."""
    assert "djstripe" in settings.INSTALLED_APPS
    assert "djstripe" not in get_resolver().app_dict
    assert not [pattern for pattern in get_resolver().url_patterns if "stripe" in str(pattern.pattern)]
