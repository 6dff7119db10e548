"""From a signed event to a plan, through a real server and its worker."""

import hmac
import json
import time
from hashlib import sha256

import httpx
import pytest

from billing.tests.fake_stripe import KEY, FakeStripe, subscription
from blogai.tests.folders import open_folder
from blogai.tests.processes import SECONDS, manage, serving, until

pytestmark = pytest.mark.worker

SECRET = "whsec_" + "a" * 32


@pytest.mark.timeout(240)
def test_a_payment_becomes_a_plan() -> None:
    with open_folder() as folder, FakeStripe().served() as fake:
        variables = {
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_PRICE_ID_PRO": "price_pro",
            "STRIPE_API_BASE": fake.url,
            "LOG_LEVEL": "DEBUG",
        }
        with serving(folder, **variables) as serve:
            new = ("--email", "a@example.org", "--create-user")
            key = manage("create_api_key", *new, data_dir=folder, **variables).stdout.strip()
            with httpx.Client(base_url=serve.url(), headers={"X-API-Key": key}, timeout=SECONDS) as program:
                me = program.get("/api/v1/me").json()
                assert me["tier"] == "free"
                fake.customer("cus_1", me["id"])
                fake.subscribe("cus_1", subscription(1, "price_pro", start=int(time.time())))
                body = json.dumps(paid("cus_1")).encode()
                header = {"Stripe-Signature": signature(body)}
                assert program.post("/webhooks/stripe", content=body, headers=header).status_code == 200
                until(lambda: program.get("/api/v1/me").json()["tier"] == "pro", "the plan")
                assert program.get("/health/stripe").json()["stripe"]["connected"] is True
        printed = "\n".join(serve.printed)
        assert KEY not in printed
        assert SECRET not in printed


def paid(customer_id: str) -> dict[str, object]:
    invoice = {"object": "invoice", "id": "in_1", "customer": customer_id}
    event = {"object": "event", "id": "evt_1", "type": "invoice.paid", "livemode": False}
    return {**event, "created": 1_790_000_000, "data": {"object": invoice}}


def signature(body: bytes) -> str:
    at = int(time.time())
    return f"t={at},v1={hmac.new(SECRET.encode(), f'{at}.'.encode() + body, sha256).hexdigest()}"
