"""What time does: renews, tries payments again, ends what was canceled, and lets open things expire."""

from billing.simulated import checkout, collection, customers, invoices, prorations, schedules
from billing.simulated.due import period_of
from billing.simulated.periods import DAY, HOUR, after, end_of_period
from billing.simulated.store import Store, Thing
from billing.simulated.world import World, ahead

FURTHEST = 50 * 366 * DAY
"""Ahead of the present, so that every date stays one that receivers accept."""
MOST_AT_ONCE = 10_000
"""Changes in one move of the clock: decades of a single subscription."""


def catch_up(store: Store, origin: str) -> None:
    """Let everything happen whose time has come, in order, each at its own moment."""
    until = World.at_present(store, origin).now
    if store.next_due(until) is None:
        return
    with store.transaction():
        for _ in range(MOST_AT_ONCE):
            found = store.next_due(until)
            if found is None:
                return
            moment, thing = found
            happen(World(store, origin, moment), thing)
        raise RuntimeError(f"more than {MOST_AT_ONCE} changes are due: {thing['id']} may repeat itself")


def advance(
    store: Store, origin: str, *, hours: int = 0, days: int = 0, months: int = 0, years: int = 0
) -> None:
    """Move the test clock: everything that is due meanwhile happens, each at its moment."""
    with store.transaction():
        now = World.at_present(store, origin).now
        later = after(after(now, "year", years), "month", months) + days * DAY + hours * HOUR
        store.set("ahead", min(ahead(store) + later - now, FURTHEST))
        catch_up(store, origin)


def happen(world: World, thing: Thing) -> None:
    thing = world.get(thing["object"], thing["id"])
    match thing["object"], thing["status"]:
        case "checkout.session", _:
            checkout.expire_now(world, thing)
        case "invoice", _:
            _collect(world, thing)
        case "subscription", "incomplete":
            collection.end(world, thing, "incomplete_expired")
        case "subscription", _:
            _subscription(world, thing)


def _collect(world: World, invoice: Thing) -> None:
    subscription = world.get("subscription", invoices.subscription_of(invoice))
    if subscription["status"] == "unpaid" and invoice["status"] == "draft":
        world.change(invoice, automatically_finalizes_at=None, auto_advance=False)
    else:
        collection.collect(world, invoice)


def _subscription(world: World, subscription: Thing) -> None:
    pending = subscription["pending_update"]
    if subscription["cancel_at"] and subscription["cancel_at"] <= world.now:
        collection.end(world, subscription)
    elif pending and pending["expires_at"] <= world.now:
        _drop_pending_update(world, subscription)
    elif subscription["status"] == "trialing":
        _end_trial(world, subscription)
    else:
        _renew(world, subscription)


def _drop_pending_update(world: World, subscription: Thing) -> None:
    for invoice in invoices.open_ones(world, subscription):
        if invoice["id"] == subscription["latest_invoice"]:
            invoices.void(world, invoice)
    world.change(subscription, pending_update=None)
    world.emit("customer.subscription.pending_update_expired", subscription)


def _end_trial(world: World, subscription: Thing) -> None:
    customer = world.get("customer", subscription["customer"])
    without_card = customers.default_method(world, customer, subscription) is None
    match subscription["trial_settings"]["end_behavior"]["missing_payment_method"] if without_card else None:
        case "cancel":
            collection.end(world, subscription)
        case "pause":
            world.change(subscription, status="paused")
            world.emit("customer.subscription.paused", subscription)
        case _:
            _renew(world, subscription)


def _renew(world: World, subscription: Thing) -> None:
    """The next period begins, whether or not it will be paid for; its invoice is a draft for an hour."""
    if subscription["schedule"]:
        schedules.begin_next_phase(world, subscription)
    anchor = subscription["billing_cycle_anchor"]
    start = period_of(subscription)[1]
    items = []
    for item in subscription["items"]["data"]:
        recurring = item["price"]["recurring"]
        end = end_of_period(anchor, recurring["interval"], recurring["interval_count"], start)
        items.append(item | {"current_period_start": start, "current_period_end": end})
    status = "active" if subscription["status"] == "trialing" else subscription["status"]
    pending = subscription["_prorations"]
    changes = {"items": subscription["items"] | {"data": items}, "status": status, "_prorations": []}
    world.change(subscription, "customer.subscription.updated", **changes)
    lines = [*pending, *(prorations.whole_period(world, subscription, item) for item in items)]
    invoices.create(world, subscription, lines, "subscription_cycle")
