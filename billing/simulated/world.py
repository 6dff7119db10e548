"""One account at Stripe as a request sees it: its objects, its time, and the events that changes emit."""

import secrets
import string
import time
from dataclasses import dataclass, field
from typing import Any

from billing.simulated import deliveries
from billing.simulated.due import due_of
from billing.simulated.errors import Missing
from billing.simulated.store import Store, Thing

API_VERSION = "2026-05-27.dahlia"
PREFIXES = {
    "billing_portal.configuration": "bpc",
    "billing_portal.session": "bps",
    "charge": "ch",
    "checkout.session": "cs_test",
    "customer": "cus",
    "dispute": "du",
    "event": "evt",
    "invoice": "in",
    "invoice_payment": "inpay",
    "item": "li",
    "line_item": "il",
    "payment_intent": "pi",
    "payment_method": "pm",
    "price": "price",
    "product": "prod",
    "refund": "re",
    "subscription": "sub",
    "subscription_item": "si",
    "subscription_schedule": "sub_sched",
    "webhook_endpoint": "we",
}
LETTERS = string.ascii_letters + string.digits


@dataclass(slots=True)
class World:
    """Used inside one transaction of its store."""

    store: Store
    origin: str
    """Of the pages: `http://127.0.0.1:8001`."""
    now: int
    """Seconds, by the test clock."""
    request: str | None = None
    idempotency_key: str | None = None
    seen: dict[str, Thing] = field(default_factory=dict)
    """What was read: whoever asks for an object again gets the same one, with its changes."""

    @classmethod
    def at_present(cls, store: Store, origin: str) -> "World":
        return cls(store, origin, int(time.time()) + ahead(store))

    def get(self, kind: str, thing_id: str, param: str = "id") -> Thing:
        """Raises Missing."""
        thing = self.find(thing_id)
        if thing is None or thing["object"] != kind:
            raise Missing(kind, thing_id, param)
        return thing

    def find(self, thing_id: str) -> Thing | None:
        if thing_id not in self.seen and (thing := self.store.get(thing_id)):
            self.seen[thing_id] = thing
        return self.seen.get(thing_id)

    def all(self, kind: str, customer: str | None = None) -> list[Thing]:
        """Newest first."""
        return [self.seen.setdefault(each["id"], each) for each in self.store.all(kind, customer)]

    def forget(self, thing: Thing) -> None:
        self.store.delete(thing["id"])
        self.seen.pop(thing["id"], None)

    def create(self, kind: str, fields: Thing, event: str | None = None) -> Thing:
        """A stored object with an id and a date. `event` is what tells of it."""
        thing = {
            **{"id": new_id(kind), "object": kind, "created": self.now, "livemode": False},
            **fields,
        }
        self.store.put(thing, due_of(thing))
        self.seen[thing["id"]] = thing
        if event:
            self.emit(event, thing)
        return thing

    def change(self, thing: Thing, event: str | None = None, /, **fields: Any) -> Thing:
        """Change the object in place and in the store; tell of it if anything is different."""
        before = {name: thing.get(name) for name, value in fields.items() if thing.get(name) != value}
        thing.update(fields)
        self.store.put(thing, due_of(thing))
        if event and before:
            self.emit(event, thing, {name: value for name, value in before.items() if name[0] != "_"})
        return thing

    def emit(self, kind: str, about: Thing, previous: Thing | None = None) -> None:
        """An event with the object as it is now."""
        data: Thing = {"object": public(about)}
        if previous:
            data["previous_attributes"] = previous
        endpoints = deliveries.listeners(self.store, kind)
        fields = {
            **{"api_version": API_VERSION, "data": data, "type": kind, "pending_webhooks": len(endpoints)},
            "request": {"id": self.request, "idempotency_key": self.idempotency_key},
        }
        event = self.create("event", fields)
        deliveries.schedule(self.store, event["id"], endpoints)


def ahead(store: Store) -> int:
    """Seconds by which the test clock is ahead."""
    return int(store.setting("ahead", 0))


def new_id(kind: str) -> str:
    return f"{PREFIXES[kind]}_{''.join(secrets.choice(LETTERS) for _ in range(24))}"


def public(thing: Thing) -> Thing:
    """Without what Stripe keeps to itself."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def listing(things: list[Thing], url: str = "") -> Thing:
    return {"object": "list", "data": things, "has_more": False, "url": url}


def metadata(before: Thing, given: Any) -> Thing:
    """With what is given, without what is given as an empty string."""
    if given in (None, ""):
        return before if given is None else {}
    return {name: value for name, value in (before | given).items() if value != ""}
