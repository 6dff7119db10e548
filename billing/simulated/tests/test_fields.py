"""Every object that the simulation makes has the fields of the SDK's classes, and no others."""

from itertools import chain
from typing import Any

from billing.simulated import SimulatedStripe
from billing.simulated.tests.sdk_types import problems
from billing.simulated.tests.test_subscribing import order
from billing.simulated.world import PREFIXES

EMBEDDED = {"item", "line_item", "subscription_item"}
"""Kinds that are parts of other objects and are checked there."""


def test_what_would_be_wrong_is_found(simulated: SimulatedStripe) -> None:
    price = simulated.price("price_pro")
    assert problems(price) == []
    broken = {**price, "surprise": 1, "active": "true", "type": "monthly", "recurring": {"interval": "month"}}
    del broken["currency"]
    found = "\n".join(sorted(problems(broken)))
    for part in ("surprise is unknown", "active is 'true'", "type is 'monthly'", "currency is missing"):
        assert part in found
    assert "price.recurring.interval_count is missing" in found


def test_every_field_of_every_object(simulated: SimulatedStripe, sdk: Any) -> None:
    a_full_life(simulated, sdk)
    made = {kind: simulated.all(kind) for kind in PREFIXES.keys() - EMBEDDED}
    assert not [kind for kind, things in made.items() if not things], "the story does not make them"
    snapshots = [event["data"]["object"] for event in made["event"]]
    things = [*chain(*made.values()), *snapshots, simulated_account(sdk)]
    found = {problem for thing in things for problem in problems(thing)}
    assert not found, "\n".join(sorted(found)[:60])


def a_full_life(simulated: SimulatedStripe, sdk: Any) -> None:
    """A customer who does and suffers everything."""
    simulated.price("price_starter", amount=1900)
    simulated.price("price_pro", amount=4900)
    simulated.price("price_yearly", amount=49000, interval="year")
    simulated.price("price_yen", amount=4900, currency="jpy")
    sdk.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
    address = {"country": "DE", "city": "Berlin", "line1": "1 Canary Row"}
    customer = sdk.customers.create({"email": "a@example.org", "name": "Alice", "address": address}).id
    session = order(
        sdk,
        customer,
        automatic_tax={"enabled": True},
        tax_id_collection={"enabled": True},
        customer_update={"name": "auto"},
        allow_promotion_codes=True,
        metadata={"a": "b"},
    )
    simulated.pay(session.id, card="4000002760003184")
    sdk.checkout.sessions.expire(order(sdk, customer).id)
    subscription = simulated.all("subscription")[0]["id"]
    simulated.change_plan(subscription, "price_starter")
    simulated.advance(months=1, hours=2)
    simulated.use_card(customer, "4242424242424242")
    simulated.advance(days=3)
    portal = open_portal(sdk, customer)
    simulated.portal(portal, "change_plan", price_id="price_pro")
    simulated.portal(portal, "change_plan", price_id="price_starter")
    assert simulated.get(subscription)["schedule"]
    simulated.portal(portal, "cancel")
    simulated.portal(portal, "resume")
    item = simulated.get(subscription)["items"]["data"][0]["id"]
    simulated.use_card(customer, "4000000000000002")
    change = {"items": [{"id": item, "price": "price_yearly"}], "payment_behavior": "pending_if_incomplete"}
    assert sdk.subscriptions.update(subscription, change).pending_update
    simulated.advance(days=1)
    charge = next(each for each in simulated.all("charge") if each["paid"])["id"]
    simulated.refund(charge, amount=100)
    simulated.close_dispute(simulated.dispute(charge)["id"], won=False)
    other = simulated.customer("a user", address=address)["id"]
    simulated.subscribe(other, "price_yen", trial_period_days=3)
    simulated.advance(days=4)
    simulated.delete_customer(simulated.customer("another")["id"])


def open_portal(sdk: Any, customer: str, return_url: str = "https://example.org") -> str:
    prices = {"product": "prod_price_pro", "prices": ["price_pro"]}
    more = {"product": "prod_price_starter", "prices": ["price_starter"]}
    configuration = sdk.billing_portal.configurations.create(
        {
            "features": {
                "subscription_update": {
                    **{"enabled": True, "default_allowed_updates": ["price"], "products": [prices, more]},
                    "proration_behavior": "always_invoice",
                    "schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]},
                },
                "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
                **{"payment_method_update": {"enabled": True}, "invoice_history": {"enabled": True}},
            }
        }
    )
    given = {"customer": customer, "configuration": configuration.id, "return_url": return_url}
    sdk.billing_portal.sessions.create({**given, "flow_data": {"type": "payment_method_update"}})
    return str(sdk.billing_portal.sessions.create(given).id)


def simulated_account(sdk: Any) -> Any:
    import json

    return json.loads(str(sdk.accounts.retrieve_current()))
