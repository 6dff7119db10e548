"""The door that Stripe knocks at: who is let in, what is stored, and which job follows."""

import hmac
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from billing.models import StripeEvent
from billing.simulated import SimulatedStripe
from billing.stripe import tasks
from billing.stripe.client import StripeFailed
from billing.stripe.events import HANDLED
from billing.tests.conftest import SECRET
from billing.tests.subscriptions import DAY, put, subscribe
from billing.tiers import tier_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_configured")]

CARD = {"card": {"last4": "canary"}, "address": {"line1": "1 Canary Row"}, "name": "Canary"}


def event(event_id: str = "evt_1", **changes: Any) -> dict[str, Any]:
    about = {"object": "subscription", "id": "sub_1", "customer": "cus_1", "status": "active", **CARD}
    return {
        **{"object": "event", "id": event_id, "type": "customer.subscription.updated"},
        **{"created": 1_790_000_000, "livemode": False, "data": {"object": about}},
        **changes,
    }


def signature(body: bytes, secret: str = SECRET, age: float = 0) -> str:
    at = int(time.time() - age)
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, sha256).hexdigest()}"


def send(body: bytes | dict[str, Any], header: str | None = None, client: Client | None = None) -> Any:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (client or Client(enforce_csrf_checks=True)).post(
        "/webhooks/stripe",
        sent,
        "application/json",
        headers={"Stripe-Signature": signature(sent) if header is None else header},
    )


def jobs() -> list[dict[str, str]]:
    return list(ProcrastinateJob.objects.order_by("pk").values_list("args", flat=True))


def work() -> None:
    """Do the jobs that wait, as a worker would."""
    for job in ProcrastinateJob.objects.filter(status="todo"):
        async_to_sync(tasks.sync_stripe_customer.func)(**job.args)
        ProcrastinateJob.objects.filter(pk=job.pk).delete()


@pytest.mark.parametrize("kind", sorted(HANDLED))
def test_an_event_is_stored_once_and_queues_one_job(
    kind: str, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(4):  # two of them begin and end the transaction
        assert send(event(type=kind)).json() == {"received": True}
    assert send(event(type=kind)).status_code == 200
    stored = StripeEvent.objects.get()
    assert (stored.id, stored.type, stored.customer_id, stored.processed_at) == ("evt_1", kind, "cus_1", None)
    assert "canary" not in json.dumps(stored.payload).lower()
    assert jobs() == [{"customer_id": "cus_1", "event_id": "evt_1"}]


BODY = json.dumps(event()).encode()
WRONG_BODIES = (
    b"",
    b"not JSON",
    b"[" * 100_000,
    b'"evt_1"',
    b"[{}]",
    b"{}",
    b'{"\xff": 1}',
    json.dumps(event(livemode=True)).encode(),
    json.dumps(event(object="subscription")).encode(),
    json.dumps(event(data=[])).encode(),
    json.dumps(event(created=1e300)).encode(),
    json.dumps(event("evt\x00")).encode(),
    json.dumps(event(data={"object": {"customer": {"id": "cus_1"}}})).encode(),
)


@pytest.mark.parametrize(
    "header",
    [
        lambda: "",
        lambda: "t=1,v1=é",
        lambda: "v1=,t=",
        lambda: signature(BODY, "whsec_" + "b" * 32),
        lambda: signature(BODY, age=310),
        lambda: signature(BODY, age=-400),
        lambda: signature(BODY + b" "),
    ],
)
def test_what_stripe_has_not_signed_just_now_leaves_no_trace(header: Callable[[], str]) -> None:
    refused(send(BODY, header()), 400, "The Stripe-Signature header doesn’t match")


@pytest.mark.parametrize("body", WRONG_BODIES, ids=lambda body: str(body[:20]))
def test_what_is_not_an_event_of_this_mode_leaves_no_trace(body: bytes) -> None:
    refused(send(body), 400, "The body", "The event", "This installation")


def test_a_body_that_is_too_large_leaves_no_trace() -> None:
    refused(send(json.dumps(event(padding="a" * 262_144)).encode()), 413, "The request body")


def refused(reply: Any, status: int, *sentences: str) -> None:
    assert (reply.status_code, reply["Content-Type"]) == (status, "application/problem+json")
    assert reply.json()["detail"].startswith(sentences)
    assert not StripeEvent.objects.exists()
    assert not jobs()


def test_both_secrets_are_good_while_one_replaces_the_other() -> None:
    assert send(BODY, signature(BODY, "whsec_of_before", age=290)).status_code == 200


@pytest.mark.parametrize("changes", [{"type": "charge.refunded"}, {"data": {"object": {"customer": None}}}])
def test_what_is_not_about_a_subscription_is_thanked_for(changes: dict[str, Any]) -> None:
    assert send(event(**changes)).status_code == 200
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_another_method_is_refused(client: Client, method: str) -> None:
    reply = getattr(client, method)("/webhooks/stripe")
    assert (reply.status_code, reply["Allow"]) == (405, "POST")


@pytest.mark.parametrize("missing", ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS"])
def test_without_stripe_there_is_no_door(settings: Any, client: Client, missing: str) -> None:
    setattr(settings, missing, type(getattr(settings, missing))())
    assert (send(event()).status_code, client.get("/webhooks/stripe").status_code) == (404, 404)


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_one_is_stored() -> None:
    def one(_: int) -> int:
        try:
            return int(send(event()).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        assert [*threads.map(one, range(10))] == [200] * 10
    assert StripeEvent.objects.count() == len(jobs()) == 1


def test_six_events_are_one_look_and_old_ones_change_nothing(
    priced_stripe: SimulatedStripe, customer: str, alice: User
) -> None:
    now = int(time.time())
    subscription = subscribe(priced_stripe, customer, "price_pro", start=now - DAY)
    for number in range(6):
        send(event(f"evt_{number}"))
    work()
    assert priced_stripe.asked.count("GET /v1/customers/cus_1") == 1
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    assert tier_for(alice).tier == "pro"
    gone: dict[str, Any] = {"cancel_at_period_end": True, "status": "canceled"}
    put(priced_stripe, subscription, start=now - 40 * DAY, **gone)
    send(event("evt_6", type="customer.subscription.deleted"))
    work()
    assert tier_for(alice).tier == "free"
    for number in range(6):
        send(event(f"evt_{number}"))
    send(event("evt_7", type="customer.subscription.created"))
    work()
    assert tier_for(alice).tier == "free"


def test_what_a_job_has_lost_is_taken_up_again(
    priced_stripe: SimulatedStripe, customer: str, alice: User
) -> None:
    subscribe(priced_stripe, customer, "price_pro")
    send(event())
    priced_stripe.fault("down")
    with pytest.raises(StripeFailed):
        work()
    for received, status, queued in (
        (timedelta(minutes=16), "todo", 1),  # its job is still there
        (timedelta(minutes=14), "failed", 1),  # it has not waited long enough
        (timedelta(minutes=16), "failed", 2),
    ):
        StripeEvent.objects.update(received_at=timezone.now() - received)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = %s", [status])
        async_to_sync(tasks.sync_neglected)(0)
        assert len(jobs()) == queued
    priced_stripe.fault()
    work()
    assert tier_for(alice).tier == "pro"
    assert StripeEvent.objects.exclude(processed_at=None).exists()


def test_every_day_subscribers_are_looked_up_and_old_events_go(
    priced_stripe: SimulatedStripe, customer: str, alice: User
) -> None:
    send(event())
    work()
    StripeEvent.objects.update(received_at=timezone.now() - timedelta(days=31))
    subscribe(priced_stripe, customer, "price_pro")
    async_to_sync(tasks.sync_all)(0)
    assert not StripeEvent.objects.exists()
    work()
    assert tier_for(alice).tier == "pro"
