"""Subscription schedules: a change of price that waits for the end of the period. The portal makes them."""

from billing.simulated import prices
from billing.simulated.due import period_of
from billing.simulated.errors import InvalidRequest
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.periods import end_of_period
from billing.simulated.store import Thing
from billing.simulated.world import World

LISTED = "customer scheduled created"


def plan_change(world: World, subscription: Thing, price: Thing) -> Thing:
    """At the end of the period the subscription goes on with the other price."""
    if subscription["schedule"]:
        release(world, {}, subscription["schedule"])
    start, end = period_of(subscription)
    recurring = price["recurring"]
    until = end_of_period(end, recurring["interval"], recurring["interval_count"], end)
    current = subscription["items"]["data"][0]["price"]
    settings = {
        **{
            "application_fee_percent": None,
            "automatic_tax": _tax(subscription),
            "billing_cycle_anchor": "automatic",
        },
        **{"billing_thresholds": None, "collection_method": "charge_automatically", "description": None},
        **{"default_payment_method": None, "on_behalf_of": None, "transfer_data": None},
        "invoice_settings": {"account_tax_ids": None, "days_until_due": None, "issuer": {"type": "self"}},
    }
    fields = {
        **{"application": None, "billing_mode": subscription["billing_mode"], "canceled_at": None},
        **{"completed_at": None, "current_phase": {"start_date": start, "end_date": end}},
        **{"customer": subscription["customer"], "default_settings": settings, "end_behavior": "release"},
        **{"metadata": {}, "phases": [_phase(current, start, end), _phase(price, end, until)]},
        **{"released_at": None, "released_subscription": None, "status": "active"},
        **{"subscription": subscription["id"], "test_clock": None},
    }
    schedule = world.create("subscription_schedule", fields, "subscription_schedule.created")
    world.change(subscription, "customer.subscription.updated", schedule=schedule["id"])
    return schedule


def begin_next_phase(world: World, subscription: Thing) -> None:
    """The period has ended: the other price takes over, and the schedule has done its work."""
    schedule = world.get("subscription_schedule", subscription["schedule"])
    price = world.get("price", schedule["phases"][1]["items"][0]["price"])
    item, *others = subscription["items"]["data"]
    same_interval = item["price"]["recurring"] == price["recurring"]
    item = item | {"price": price, "plan": prices.plan_of(price)}
    anchor = subscription["billing_cycle_anchor"] if same_interval else world.now
    items = subscription["items"] | {"data": [item, *others]}
    world.change(subscription, items=items, billing_cycle_anchor=anchor)
    _finish(world, schedule, subscription, "released")


def release(world: World, params: Params, schedule_id: str) -> Thing:
    """The subscription stays as it is."""
    schedule = world.get("subscription_schedule", schedule_id)
    if schedule["status"] != "active":
        raise InvalidRequest(
            "You cannot release a subscription schedule that is currently in the "
            f"`{schedule['status']}` status."
        )
    _finish(world, schedule, world.get("subscription", schedule["subscription"]), "released")
    return schedule


def retrieve(world: World, params: Params, schedule_id: str) -> Thing:
    return world.get("subscription_schedule", schedule_id)


def list_all(world: World, params: Params) -> Thing:
    return page(
        world.all("subscription_schedule", params.get("customer")), params, "/v1/subscription_schedules"
    )


def _finish(world: World, schedule: Thing, subscription: Thing, status: str) -> None:
    fields = {"released_at": world.now, "released_subscription": subscription["id"], "subscription": None}
    world.change(schedule, f"subscription_schedule.{status}", **fields, status=status, current_phase=None)
    world.change(subscription, schedule=None)


def _tax(subscription: Thing) -> Thing:
    return {**subscription["automatic_tax"]}


def _phase(price: Thing, start: int, end: int) -> Thing:
    item = {
        **{"billing_thresholds": None, "discounts": [], "metadata": {}, "plan": price["id"]},
        **{"price": price["id"], "quantity": 1, "tax_rates": []},
    }
    return {
        **{"add_invoice_items": [], "application_fee_percent": None, "billing_cycle_anchor": None},
        **{"billing_thresholds": None, "collection_method": None, "currency": price["currency"]},
        **{"default_payment_method": None, "default_tax_rates": [], "description": None, "discounts": []},
        **{"end_date": end, "invoice_settings": None, "items": [item], "metadata": {}, "on_behalf_of": None},
        **{"proration_behavior": "none", "start_date": start, "transfer_data": None, "trial_end": None},
    }
