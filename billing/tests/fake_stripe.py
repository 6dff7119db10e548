"""A Stripe on loopback: a customer with subscriptions that a test changes, and a list of what was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

KEY = "sk_test_" + 3 * "0123456789"
MONTH = 30 * 86_400

type Thing = dict[str, Any]


def listing(things: list[Thing]) -> Thing:
    return {"object": "list", "data": things, "has_more": False, "url": "/v1/none"}


class FakeStripe:
    """What it says is in `things`, by path; `failing` is the status with which it refuses everything."""

    def __init__(self) -> None:
        self.things: dict[str, Thing] = {
            "/v1/account": {
                "object": "account",
                "id": "acct_1",
                "settings": {"branding": {"icon": "file_1"}},
            },
            "/v1/prices?limit=1": listing([]),
        }
        self.asked: list[str] = []
        self.failing = 0
        self.url = ""

    def customer(self, customer_id: str, user_id: object, **more: Any) -> None:
        """A customer of the user's, with a card and an address."""
        self.things[f"/v1/customers/{customer_id}"] = {
            **{"object": "customer", "id": customer_id, "livemode": False, "created": 1_790_000_000},
            **{"email": "alice@example.com", "address": {"line1": "1 Canary Row"}},
            "invoice_settings": {"default_payment_method": "pm_canary"},
            "metadata": {"djstripe_subscriber": str(user_id)},
            **more,
        }

    def subscribe(self, customer_id: str, *subscriptions: Thing) -> None:
        """The subscriptions that the customer has from now on."""
        path = f"/v1/subscriptions?customer={customer_id}&status=all&limit=100"
        self.things[path] = listing([{**each, "customer": customer_id} for each in subscriptions])

    def reply(self, path: str) -> tuple[int, Thing]:
        self.asked.append(path)
        if self.failing:
            return self.failing, {"error": {"message": f"Invalid API Key provided: {KEY}"}}
        if path.startswith("/v1/products/"):
            product = {"object": "product", "id": path.rpartition("/")[2], "name": "A plan", "active": True}
            return 200, {**product, "livemode": False, "metadata": {}, "created": 1_790_000_000}
        if path in self.things:
            return 200, self.things[path]
        return 404, {"error": {"code": "resource_missing", "message": "No such thing"}}

    @contextmanager
    def served(self) -> Iterator["FakeStripe"]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, thing = fake.reply(self.path)
                body = json.dumps(thing).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Nothing: pytest shows requests that failed."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def subscription(number: int, price: str, *, start: int, status: str = "active", **more: Any) -> Thing:
    """One with a monthly price whose current period began at `start`."""
    item = {
        **{
            "object": "subscription_item",
            "id": f"si_{number}",
            "quantity": 1,
            "subscription": f"sub_{number}",
        },
        **{"current_period_start": start, "current_period_end": start + MONTH, "created": start},
        "price": {
            **{"object": "price", "id": price, "product": f"prod_{price}", "active": True, "currency": "usd"},
            **{"type": "recurring", "unit_amount": 4900, "unit_amount_decimal": "4900", "livemode": False},
            **{"recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}},
            **{"metadata": {}, "created": start},
        },
        "metadata": {},
    }
    return {
        **{
            "object": "subscription",
            "id": f"sub_{number}",
            "status": status,
            "livemode": False,
            "metadata": {},
        },
        **{"collection_method": "charge_automatically", "start_date": start, "created": start},
        **{"cancel_at_period_end": False, "cancel_at": None, "items": listing([item])},
        **more,
    }
