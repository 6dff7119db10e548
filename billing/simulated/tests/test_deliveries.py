"""Signed events on their way: to whom, how often, in which order, and what a refusal leads to."""

import json
import time
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import pytest
import stripe

from billing.simulated import SimulatedStripe, deliveries

SECRET = "whsec_" + "s" * 32
URL = "http://127.0.0.1:9/webhooks/stripe"


@dataclass
class Receiver:
    """Notes what is posted, and answers with the next of its statuses; with 200 when there are no more."""

    statuses: list[int] = field(default_factory=list)
    posted: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    came: Event = field(default_factory=Event)

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        self.posted.append((url, body, headers))
        self.came.set()
        return self.statuses.pop(0) if self.statuses else 200

    @property
    def ids(self) -> list[str]:
        return [json.loads(body)["id"] for _, body, _ in self.posted]

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _, body, _ in self.posted]


@pytest.fixture
def receiver(simulated: SimulatedStripe) -> Receiver:
    simulated.post = receiver = Receiver()
    return receiver


def story(simulated: SimulatedStripe) -> list[str]:
    """The ids of the events of a subscription, in their order."""
    simulated.subscribe(simulated.customer("a user")["id"], simulated.price("price_pro")["id"])
    return [event["id"] for event in simulated.all("event")][::-1]


def test_each_event_is_signed_for_its_endpoint(simulated: SimulatedStripe, receiver: Receiver) -> None:
    simulated.endpoint(URL, SECRET)
    expected = story(simulated)
    simulated.deliver()
    assert {*receiver.ids} == {*expected}
    for url, body, headers in receiver.posted:
        assert url == URL
        event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)
        assert event.id in expected
    assert simulated.deliver() == []
    assert all(event["pending_webhooks"] == 0 for event in simulated.all("event"))


def test_an_endpoint_gets_what_it_has_asked_for(
    simulated: SimulatedStripe, sdk: Any, receiver: Receiver
) -> None:
    made = sdk.webhook_endpoints.create({"url": URL, "enabled_events": ["invoice.paid"]})
    assert made.secret.startswith("whsec_")
    shown = sdk.webhook_endpoints.retrieve(made.id)
    assert "secret" not in shown, "the secret is told once"
    story(simulated)
    simulated.deliver()
    assert {*receiver.kinds} == {"invoice.paid"}
    signed = receiver.posted[0]
    stripe.Webhook.construct_event(signed[1], signed[2]["Stripe-Signature"], made.secret)
    sdk.webhook_endpoints.update(made.id, {"disabled": True})
    story(simulated)
    assert simulated.deliver() == []


def test_some_come_twice_and_out_of_order_and_always_the_same(receiver: Receiver) -> None:
    def kinds() -> list[str]:
        with SimulatedStripe(post=(receiver := Receiver())) as simulated:
            simulated.endpoint(URL, SECRET)
            expected = story(simulated)
            simulated.deliver()
            assert len(receiver.ids) > len({*receiver.ids}), "none came twice"
            assert receiver.ids != sorted(receiver.ids, key=expected.index), "they came in order"
            return receiver.kinds

    assert kinds() == kinds()


def test_in_order_on_request(simulated: SimulatedStripe, receiver: Receiver) -> None:
    simulated.endpoint(URL, SECRET)
    expected = story(simulated)
    simulated.deliver(in_order=True)
    assert receiver.ids == expected


def test_what_is_refused_is_sent_again_and_then_given_up(
    simulated: SimulatedStripe, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated.endpoint(URL, SECRET, ["invoice.paid"])
    story(simulated)
    receiver.statuses = [500] * 20
    now = time.time()
    monkeypatch.setattr(deliveries, "_now", lambda: now)
    store = simulated.store
    store.set("disorder", False)
    assert deliveries.send(store, receiver) == [500]
    assert deliveries.send(store, receiver) == [], "it is not due yet"
    for pause in deliveries.PAUSES:
        now += pause
        assert deliveries.send(store, receiver) == [500]
    now += 1e9
    assert deliveries.send(store, receiver) == [], "it has been given up"
    assert simulated.all("event"), "and can still be asked for"


def test_lost_events_are_never_sent(simulated: SimulatedStripe, receiver: Receiver, sdk: Any) -> None:
    simulated.endpoint(URL, SECRET)
    simulated.fault("lost")
    story(simulated)
    assert simulated.deliver() == []
    simulated.fault()
    assert simulated.deliver() == []
    assert receiver.posted == []
    assert sdk.events.list({"type": "invoice.paid", "delivery_success": False}).data


def test_a_live_one_sends_by_itself() -> None:
    receiver = Receiver()
    with SimulatedStripe(live=True, post=receiver) as simulated:
        simulated.endpoint(URL, SECRET, ["invoice.paid"])
        story(simulated)
        assert receiver.came.wait(60)
    assert {*receiver.kinds} == {"invoice.paid"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://127.0.0.1:port/"])
def test_a_receiver_that_nobody_is(url: str) -> None:
    assert deliveries.over_http(url, b"{}", {}) == 0
