"""Signed events on their way to the webhook endpoints: twice, out of order, again after a refusal.

Each event is queued once for each endpoint that wants it, in the transaction that emits it. `send` takes what
is due and posts it, without holding a transaction meanwhile.
"""

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from random import Random

import httpx

from billing.simulated.store import Store, Thing

type Post = Callable[[str, bytes, dict[str, str]], int]
"""To an address, a body with headers; returns the status, 0 if nobody answers."""

TIMEOUT = 10.0
PAUSES = (1, 2, 4, 8, 16, 32, 64)
"""Seconds before each further attempt; after the last one the event is only in the list of events."""
SEED = 6
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    id: int
    event: Thing
    endpoint: Thing
    attempts: int


def listeners(store: Store, kind: str) -> list[Thing]:
    """The endpoints that want events of the kind."""
    endpoints = [each for each in store.all("webhook_endpoint") if each["status"] == "enabled"]
    return [each for each in endpoints if {kind, "*"} & {*each["enabled_events"]}]


def schedule(store: Store, event_id: str, endpoints: list[Thing]) -> None:
    for endpoint in endpoints:
        sql = "INSERT INTO deliveries (event, endpoint, due) VALUES (?, ?, 0)"
        store.execute(sql, event_id, endpoint["id"])


def over_http(url: str, body: bytes, headers: dict[str, str]) -> int:
    try:
        return httpx.post(url, content=body, headers=headers, timeout=TIMEOUT).status_code
    except (httpx.HTTPError, httpx.InvalidURL):
        return 0


def send(store: Store, post: Post = over_http, *, everything: bool = False) -> list[int]:
    """Post what is due, or all that is not given up; returns the statuses.

    A fault may lose all of it. Otherwise about a third goes out twice, and its order is shuffled: both depend
    on the deliveries alone, so that a test has the same every time.
    """
    due = _claim(store, everything)
    if store.setting("fault", "") == "lost":
        for delivery in due:
            store.execute("UPDATE deliveries SET due = NULL WHERE id = ?", delivery.id)
        return []
    statuses = []
    for delivery in _in_disorder(due) if store.setting("disorder", True) else due:
        body = json.dumps(delivery.event).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (simulated)"}
        headers["Stripe-Signature"] = signature(body, delivery.endpoint["_secret"])
        status = post(delivery.endpoint["url"], body, headers)
        _note(store, delivery, status)
        statuses.append(status)
    return statuses


def signature(body: bytes, secret: str) -> str:
    """As of now: receivers refuse an old one, whatever the test clock says."""
    at = int(time.time())
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, sha256).hexdigest()}"


def _claim(store: Store, everything: bool) -> list[Delivery]:
    """What is due, reserved for the caller until it should be done."""
    now = _now()
    until = 1e12 if everything else now
    if not store.select("SELECT 1 FROM deliveries WHERE due <= ? LIMIT 1", until):
        return []
    with store.transaction():
        sql = "SELECT id, event, endpoint, attempts FROM deliveries WHERE due <= ? ORDER BY id LIMIT ?"
        rows = store.select(sql, until, 100_000 if everything else AT_ONCE)
        found = []
        for row, event_id, endpoint_id, attempts in rows:
            event, endpoint = store.get(event_id), store.get(endpoint_id)
            gone = event is None or endpoint is None
            again = None if gone else now + TIMEOUT * len(rows) * 2
            store.execute("UPDATE deliveries SET due = ? WHERE id = ?", again, row)
            if event is not None and endpoint is not None:
                found.append(Delivery(row, event, endpoint, attempts))
    return found


def _in_disorder(due: list[Delivery]) -> list[Delivery]:
    random = Random(f"{SEED} {[each.id for each in due]}")  # noqa: S311
    twice = [each for each in due for _ in range(1 + (random.random() < 1 / 3))]
    random.shuffle(twice)
    return twice


def _note(store: Store, delivery: Delivery, status: int) -> None:
    """Received, to be tried again, or given up. What was received once stays so."""
    with store.transaction():
        received = 200 <= status < 300
        again = not received and delivery.attempts < len(PAUSES)
        due = _now() + PAUSES[delivery.attempts] if again else None
        sql = (
            "UPDATE deliveries SET attempts = ?, status = ?, due = ? "
            "WHERE id = ? AND (status IS NULL OR status NOT BETWEEN 200 AND 299)"
        )
        is_news = store.execute(sql, delivery.attempts + 1, status, due, delivery.id).rowcount
        if is_news and received and (event := store.get(delivery.event["id"])):
            store.put(event | {"pending_webhooks": event["pending_webhooks"] - 1}, None)


def _now() -> float:
    """Deliveries are of the present, whatever the test clock says."""
    return time.time()
