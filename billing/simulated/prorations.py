"""Lines of invoices: whole periods, and what is left of one when a subscription changes in the middle."""

from decimal import Decimal

from billing.simulated import invoices
from billing.simulated.due import period_of
from billing.simulated.periods import end_of_period, money
from billing.simulated.store import Thing
from billing.simulated.world import World


def whole_period(world: World, subscription: Thing, item: Thing, *, free: bool = False) -> Thing:
    """The line of an item's current period; free while it is on trial."""
    price, period = item["price"], (item["current_period_start"], item["current_period_end"])
    amount = 0 if free else amount_of(item)
    name = _name(world, price)
    text = f"Trial period for {name}" if free else f"{item['quantity']} × {name} ({_rate(price)})"
    return invoices.line(subscription, item, price, amount, period, proration=False, text=text)


def of_change(
    world: World,
    subscription: Thing,
    before: list[Thing],
    after: list[Thing],
    *,
    restarts: bool,
    prorate: bool,
) -> list[Thing]:
    """What is left of the old prices is credited, of the new ones charged; all if the period restarts."""
    start, end = period_of(subscription)
    left = (end - world.now) / (end - start)
    rest = (world.now, end)
    kept = {item["id"]: item for item in after}
    lines = []
    for item in before if prorate else []:
        if not restarts and _same(item, kept.get(item["id"])):
            continue
        text = f"Unused time on {_name(world, item['price'])}"
        amount = -round(amount_of(item) * left)
        lines.append(
            invoices.line(subscription, item, item["price"], amount, rest, proration=True, text=text)
        )
    old = {item["id"]: item for item in before}
    for item in from_now(after, world.now) if restarts else after:
        if restarts:
            lines.append(whole_period(world, subscription, item))
        elif prorate and not _same(item, old.get(item["id"])):
            text = f"Remaining time on {_name(world, item['price'])}"
            amount = round(amount_of(item) * left)
            lines.append(
                invoices.line(subscription, item, item["price"], amount, rest, proration=True, text=text)
            )
    return lines


def from_now(items: list[Thing], now: int) -> list[Thing]:
    """The items with a period that begins now."""
    found = []
    for item in items:
        recurring = item["price"]["recurring"]
        end = end_of_period(now, recurring["interval"], recurring["interval_count"], now)
        found.append(item | {"current_period_start": now, "current_period_end": end})
    return found


def amount_of(item: Thing) -> int:
    return round(Decimal(item["price"]["unit_amount_decimal"]) * int(item["quantity"]))


def _same(item: Thing, other: Thing | None) -> bool:
    return bool(
        other and item["price"]["id"] == other["price"]["id"] and item["quantity"] == other["quantity"]
    )


def _name(world: World, price: Thing) -> str:
    return str(world.get("product", price["product"])["name"])


def _rate(price: Thing) -> str:
    """At $49.00 / month, as Stripe writes it into a line."""
    recurring = price["recurring"]
    every = f"{recurring['interval_count']} {recurring['interval']}s"
    amount = money(round(Decimal(price["unit_amount_decimal"])), price["currency"])
    return f"at {amount} / {recurring['interval'] if recurring['interval_count'] == 1 else every}"
