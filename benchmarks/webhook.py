"""What an event of Stripe's costs the process that it is delivered to."""

import hmac
import json
import secrets
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from itertools import count

import httpx
import psycopg

from benchmarks.bench import Bench, body_of, require
from benchmarks.processor import processor_time
from benchmarks.results import Figure, Measured, interleaved
from benchmarks.servers import environment_for, free_port, process

MILLISECONDS = 5.0
"""The bar. Stripe delivers in bursts, beside everybody else's requests."""
SECRET = f"whsec_{secrets.token_hex(16)}"
INVOICE = {
    "object": "invoice",
    "customer": "cus_benchmarks",
    "lines": {"data": [{"description": "x" * 4000}]},
}
"""About as large as those that Stripe sends."""


def measure(bench: Bench) -> Measured:
    times = 100 if bench.quick else 300
    with ExitStack() as running:
        address = bench.database.copy()
        variables = environment_for(bench.database, address, "http://127.0.0.1:9")
        stripe = {"STRIPE_SECRET_KEY": f"sk_test_{'0' * 24}", "STRIPE_WEBHOOK_SECRET": SECRET}
        door, door_pid = running.enter_context(_web("blogai.asgi:application", {**variables, **stripe}))
        bare, bare_pid = running.enter_context(_web("benchmarks.floors:bare", {}))
        numbers = count()

        def deliver() -> None:
            for _ in range(times):
                _deliver(door, next(numbers))

        def ask() -> None:
            for _ in range(times):
                require(bare.get("/").text == "bare", "not the bare reply")

        for side in (deliver, ask):
            side()  # warm-up: imports and connections
        events, floors = interleaved(
            bench.rounds,
            lambda: _processor_seconds(door_pid, deliver) / times,
            lambda: _processor_seconds(bare_pid, ask) / times,
        )
        with psycopg.connect(address) as connection:
            stored = connection.execute("SELECT count(*) FROM stripe_events").fetchone()
        require(stored == (times * (bench.rounds + 1),), f"{stored} events were stored")
    one, floor = statistics.median(events) * 1000, statistics.median(floors) * 1000
    of = f"processor time of the process; a bare ASGI reply takes {floor:.2g} ms, {one / floor:.0f} × less"
    return Measured(
        "webhook: an event of Stripe's, to the reply",
        [Figure(what="an event", value=one, unit="ms", bar=MILLISECONDS, of=of)],
    )


def _deliver(client: httpx.Client, number: int) -> None:
    event = {
        **{"object": "event", "id": f"evt_{number}", "type": "invoice.paid", "livemode": False},
        **{"created": int(time.time()), "data": {"object": {**INVOICE, "id": f"in_{number}"}}},
    }
    body, now = json.dumps(event).encode(), int(time.time())
    signature = hmac.new(SECRET.encode(), b"%d." % now + body, sha256).hexdigest()
    reply = client.post(
        "/webhooks/stripe", content=body, headers={"Stripe-Signature": f"t={now},v1={signature}"}
    )
    require(body_of(reply) == {"received": True}, "not the reply to an event")


def _processor_seconds(pid: int, work: Callable[[], None]) -> float:
    before = processor_time(pid)
    work()
    return processor_time(pid) - before


@contextmanager
def _web(application: str, environment: dict[str, str]) -> Iterator[tuple[httpx.Client, int]]:
    """A server without a worker, as in production: a client of it, and its process."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.web", port, application]
    with (
        process(command, "serves", environment) as started,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        yield client, started.popen.pid
