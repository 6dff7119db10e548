"""From a payment to a plan, through a real server and its worker; and a server that has its own Stripe."""

import re
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from billing.simulated import KEY, SimulatedStripe
from billing.simulated.world import API_VERSION
from blogai.tests.folders import open_folder
from blogai.tests.processes import SECONDS, Serve, manage, serving, until

pytestmark = [pytest.mark.worker, pytest.mark.timeout(240)]

SECRET = "whsec_" + "a" * 32


def test_a_payment_becomes_a_plan() -> None:
    with open_folder() as folder, SimulatedStripe(live=True) as simulated:
        simulated.price("price_pro")
        variables = {
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_PRICE_ID_PRO": "price_pro",
            "STRIPE_API_BASE": simulated.url,
            "LOG_LEVEL": "DEBUG",
        }
        with serving(folder, **variables) as serve:
            serve_url = serve.url()  # before that, the tables are being made
            new = ("--email", "a@example.org", "--create-user")
            made = manage("create_api_key", *new, data_dir=folder, **variables)
            assert made.returncode == 0, made.stderr
            key = made.stdout.strip()
            with httpx.Client(base_url=serve_url, headers={"X-API-Key": key}, timeout=SECONDS) as program:
                reply = program.get("/api/v1/me")
                assert reply.status_code == 200, reply.text
                me = reply.json()
                assert me["tier"] == "free"
                simulated.endpoint(f"{serve_url}/webhooks/stripe", SECRET)
                customer = simulated.customer(me["id"])["id"]
                subscription = simulated.subscribe(customer, "price_pro")["id"]
                until(lambda: program.get("/api/v1/me").json()["tier"] == "pro", "the plan")
                assert program.get("/health/stripe").json()["stripe"]["connected"] is True
                simulated.cancel(subscription, at_period_end=False)
                until(lambda: program.get("/api/v1/me").json()["tier"] == "free", "the end of the plan")
        printed = "\n".join(serve.printed)
        assert KEY not in printed
        assert SECRET not in printed


def test_serve_has_a_stripe_of_its_own_that_outlives_it() -> None:
    with open_folder() as folder:
        with serving(folder, STRIPE_SIMULATED="true", LOG_LEVEL="DEBUG") as serve:
            url, sdk = serve.url(), stripe_of(serve, folder)
            health = httpx.get(f"{url}/health/stripe", timeout=SECONDS).json()["stripe"]
            assert (health["connected"], health["mode"], health["webhook_configured"]) == (True, "test", True)
            assert set(health["price_ids_configured"].values()) == {True}, "its plans are for sale"
            sdk.customers.create({"email": "a@example.org"})
            until(lambda: is_delivered(sdk, "customer.created"), "the delivery of its event")
            assert serve.end(signal.SIGTERM) == 0
        secrets = [path.read_text() for path in folder.glob("stripe_simulated_*.secret")]
        assert len(secrets) == 2
        assert not [each for each in secrets if each in "\n".join(serve.printed)]
        with serving(folder, STRIPE_SIMULATED="true") as serve:
            serve.url()
            (customer,) = stripe_of(serve, folder).customers.list().data
            assert customer.email == "a@example.org"


def test_another_stripe_at_its_port_is_one_sentence() -> None:
    with open_folder() as folder, SimulatedStripe() as taken:
        port = int(taken.url.rpartition(":")[2])
        done = manage("simulate_stripe", data_dir=folder, STRIPE_SIMULATED="true", PORT=str(port - 1))
        assert done.returncode != 0
        assert f"Port {port} is in use" in done.stderr
        assert "Traceback" not in done.stderr


def test_without_the_setting_there_is_none_to_start(tmp_path: Path) -> None:
    done = manage("simulate_stripe", data_dir=tmp_path)
    assert (done.returncode, "Set STRIPE_SIMULATED=true" in done.stderr) == (1, True)


def stripe_of(serve: Serve, folder: Path) -> Any:
    """Stripe's client for the Stripe that it has announced."""
    line = serve.line_with("A simulated Stripe sells plans, and no money moves")
    (base,) = re.findall(r"http://[0-9.:]+", line)
    key = (folder / "stripe_simulated_key.secret").read_text()
    addresses: Any = {"api": base}
    return stripe.StripeClient(key, stripe_version=API_VERSION, base_addresses=addresses).v1


def is_delivered(sdk: Any, kind: str) -> bool:
    (event,) = sdk.events.list({"type": kind}).data
    return bool(event.pending_webhooks == 0)
