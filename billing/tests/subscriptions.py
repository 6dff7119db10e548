"""Subscriptions at the simulated Stripe in whatever state a test needs."""

import time
from typing import Any

from billing.simulated import SimulatedStripe

DAY = 86_400
MONTH = 30 * DAY


def ago(days: float) -> int:
    return int(time.time() - days * DAY)


def subscribe(stripe: SimulatedStripe, customer: str, price: str, **state: Any) -> str:
    """One that was paid for, and then has the state as in `put`. Returns its id."""
    made = stripe.subscribe(customer, price)
    put(stripe, made["id"], **state)
    return str(made["id"])


def put(
    stripe: SimulatedStripe, subscription: str, *, start: int | None = None, price: str = "", **fields: Any
) -> None:
    """Give it a period of thirty days from `start`, a price, or any other field that nobody has asked for."""
    thing = stripe.get(subscription)
    (item,) = thing["items"]["data"]
    if start is not None:
        item = item | {"current_period_start": start, "current_period_end": start + MONTH}
        fields["start_date"] = start
    if price:
        item = item | {"price": stripe.get(price)}
    stripe.set(subscription, items=thing["items"] | {"data": [item]}, **fields)
