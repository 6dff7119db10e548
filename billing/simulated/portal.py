"""The customer portal: configurations, sessions, and what its buttons do."""

from decimal import Decimal
from typing import Any

from billing.simulated import customers, schedules, subscriptions
from billing.simulated.due import period_of
from billing.simulated.errors import InvalidRequest
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.store import Thing
from billing.simulated.world import World, metadata, new_id

CONFIGURED = "business_profile default_return_url features login_page metadata name"
RECONFIGURED = f"{CONFIGURED} active"
SESSION = "customer return_url configuration flow_data locale"
LISTED = "active is_default"
NO_FEATURES: Thing = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False, "payment_method_configuration": None},
    "subscription_cancel": {
        **{"enabled": False, "mode": "at_period_end", "proration_behavior": "none"},
        "cancellation_reason": {
            "enabled": False,
            "options": ["too_expensive", "missing_features", "switched_service", "unused", "other"],
        },
    },
    "subscription_update": {
        **{"billing_cycle_anchor": None, "default_allowed_updates": [], "enabled": False, "products": []},
        **{"proration_behavior": "none", "schedule_at_period_end": {"conditions": []}},
        "trial_update_behavior": "end_trial",
    },
}


# Configurations ---------------------------------------------------------------------------------------


def configure(world: World, params: Params) -> Thing:
    profile = {"headline": None, "privacy_policy_url": None, "terms_of_service_url": None}
    fields = {
        **{
            "active": True,
            "application": None,
            "business_profile": profile | params.get("business_profile", {}),
        },
        **{"default_return_url": params.get("default_return_url") or None},
        **{"features": _features(world, NO_FEATURES, params.get("features", {})), "is_default": False},
        **{"login_page": {"enabled": False, "url": None}, "metadata": metadata({}, params.get("metadata"))},
        **{"name": params.get("name") or None, "updated": world.now},
    }
    return world.create("billing_portal.configuration", fields, "billing_portal.configuration.created")


def retrieve_configuration(world: World, params: Params, configuration_id: str) -> Thing:
    return world.get("billing_portal.configuration", configuration_id)


def reconfigure(world: World, params: Params, configuration_id: str) -> Thing:
    configuration = world.get("billing_portal.configuration", configuration_id)
    changes = {name: None if value == "" else value for name, value in params.items()}
    if "features" in params:
        changes["features"] = _features(world, configuration["features"], params["features"])
    if "business_profile" in params:
        changes["business_profile"] = configuration["business_profile"] | params["business_profile"]
    if "metadata" in params:
        changes["metadata"] = metadata(configuration["metadata"], params["metadata"])
    changes["updated"] = world.now
    return world.change(configuration, "billing_portal.configuration.updated", **changes)


def list_configurations(world: World, params: Params) -> Thing:
    found = [
        each
        for each in world.all("billing_portal.configuration")
        if all(each[name] == params.get(name, each[name]) for name in ("active", "is_default"))
    ]
    return page(found, params, "/v1/billing_portal/configurations")


def _features(world: World, before: Thing, given: Params) -> Thing:
    features = {name: _merged(before[name], given.get(name, {})) for name in before}
    update = features["subscription_update"]
    if not update["enabled"]:
        return features
    for name in ("default_allowed_updates", "products"):
        if not update[name]:
            param = f"features[subscription_update][{name}]"
            raise InvalidRequest(f"Missing required param: {param}.", code="parameter_missing", param=param)
    for number, each in enumerate(update["products"]):
        param = f"features[subscription_update][products][{number}]"
        world.get("product", each["product"], f"{param}[product]")
        for price_id in each["prices"]:
            if world.get("price", price_id, f"{param}[prices]")["product"] != each["product"]:
                raise InvalidRequest(
                    f"The price {price_id} does not belong to the product {each['product']}.", param=param
                )
        each.setdefault("adjustable_quantity", {"enabled": False, "maximum": None, "minimum": 1})
    return features


def _merged(before: Thing, given: Params) -> Thing:
    inner = {name: before[name] | value for name, value in given.items() if isinstance(value, dict)}
    return before | {name: value or [] if value == "" else value for name, value in given.items()} | inner


# Sessions --------------------------------------------------------------------------------------------


def open_session(world: World, params: Params) -> Thing:
    if "customer" not in params:
        raise InvalidRequest("Missing required param: customer.", code="parameter_missing", param="customer")
    customer = customers.existing(world, params["customer"])
    if "configuration" not in params:
        raise InvalidRequest(
            "No configuration provided and your test mode default configuration has not been created. "
            "Provide a configuration or create your default by saving your customer portal settings in test "
            "mode at https://dashboard.stripe.com/test/settings/billing/portal."
        )
    configuration = world.get("billing_portal.configuration", params["configuration"], "configuration")
    session_id = new_id("billing_portal.session")
    fields = {
        **{"id": session_id, "configuration": configuration["id"], "customer": customer["id"]},
        **{
            "flow": _flow(world, customer, configuration, params.get("flow_data")),
            "locale": params.get("locale"),
        },
        **{
            "on_behalf_of": None,
            "return_url": params.get("return_url") or configuration["default_return_url"],
        },
        "url": f"{world.origin}/p/session/{session_id}",
    }
    return world.create("billing_portal.session", fields, "billing_portal.session.created")


def _flow(world: World, customer: Thing, configuration: Thing, given: Params | None) -> Thing | None:
    """One task instead of the whole portal."""
    if given is None:
        return None
    kind = given["type"]
    if kind != "payment_method_update":
        about = given.get(kind, {})
        subscription_id = about.get("subscription", "")
        subscription = world.get("subscription", subscription_id, f"flow_data[{kind}][subscription]")
        if subscription["customer"] != customer["id"] or subscription["status"] in subscriptions.ENDED:
            raise InvalidRequest(
                f"The subscription {subscription_id} is not one that this customer can change.",
                param=f"flow_data[{kind}][subscription]",
            )
    feature = FEATURE_OF_FLOW[kind]
    if not configuration["features"][feature]["enabled"]:
        raise InvalidRequest(
            f"This flow is not available because the feature {feature} is disabled in the configuration.",
            param="flow_data[type]",
        )
    completion = {
        "hosted_confirmation": None,
        "redirect": None,
        **given.get("after_completion", {"type": "portal_homepage"}),
    }
    empty = dict.fromkeys(("subscription_cancel", "subscription_update", "subscription_update_confirm"))
    details = {name: given[name] for name in empty if name in given}
    if kind == "subscription_cancel":
        details[kind] = {"retention": None, **details[kind]}
    if kind == "subscription_update_confirm":
        details[kind] = {"discounts": None, **details[kind]}
    return {"after_completion": completion, **empty, **details, "type": kind}


FEATURE_OF_FLOW = {
    "customer_update": "customer_update",
    "payment_method_update": "payment_method_update",
    "subscription_cancel": "subscription_cancel",
    "subscription_update": "subscription_update",
    "subscription_update_confirm": "subscription_update",
}


# What the buttons do ------------------------------------------------------------------------------------


def features_of(world: World, session: Thing) -> Any:
    return world.get("billing_portal.configuration", session["configuration"])["features"]


def prices_to_choose(world: World, session: Thing) -> list[Thing]:
    products = features_of(world, session)["subscription_update"]["products"]
    return [world.get("price", price_id) for each in products for price_id in each["prices"]]


def waits_for_period_end(world: World, session: Thing, subscription: Thing, price: Thing) -> bool:
    """Whether the change is one of those that the configuration puts off."""
    conditions = features_of(world, session)["subscription_update"]["schedule_at_period_end"]["conditions"]
    current = subscription["items"]["data"][0]["price"]
    shorter = price["recurring"]["interval"] == "month" and current["recurring"]["interval"] == "year"
    cheaper = _a_month(price) < _a_month(current)
    wanted = {each["type"] for each in conditions}
    return (cheaper and "decreasing_item_amount" in wanted) or (shorter and "shortening_interval" in wanted)


def due_now(world: World, session: Thing, subscription: Thing, price: Thing) -> list[Thing]:
    """The lines of the invoice that a change to the price would make."""
    features = features_of(world, session)["subscription_update"]
    item = {"id": subscription["items"]["data"][0]["id"], "price": price["id"]}
    return subscriptions.lines_of_change(world, subscription, item, features["proration_behavior"])


def change_plan(world: World, session: Thing, subscription: Thing, price_id: str) -> Thing:
    """At once with proration, or at the end of the period. Raises InvalidRequest for a price not on offer."""
    features = features_of(world, session)["subscription_update"]
    price = next((each for each in prices_to_choose(world, session) if each["id"] == price_id), None)
    if not features["enabled"] or price is None:
        raise InvalidRequest(f"This portal does not offer the price {price_id}.", param="price")
    if waits_for_period_end(world, session, subscription, price):
        schedules.plan_change(world, subscription, price)
        return subscription
    if subscription["schedule"]:
        schedules.release(world, {}, subscription["schedule"])
    item = subscription["items"]["data"][0]
    params = {
        "items": [{"id": item["id"], "price": price_id}],
        "proration_behavior": features["proration_behavior"],
        "payment_behavior": "error_if_incomplete",
    }
    return subscriptions.update(world, params, subscription["id"])


def cancel(world: World, session: Thing, subscription: Thing, reason: str = "") -> Thing:
    """At the end of the period, as a moment and not as a flag: so do portals of newer accounts."""
    features = features_of(world, session)["subscription_cancel"]
    if not features["enabled"]:
        raise InvalidRequest("This portal does not cancel subscriptions.")
    details: Params = {"cancellation_details": {"feedback": reason}} if reason else {}
    if features["mode"] == "immediately":
        return subscriptions.cancel(world, details, subscription["id"])
    if subscription["schedule"]:
        schedules.release(world, {}, subscription["schedule"])
    changes = subscriptions.canceling(world, subscription, details, period_of(subscription)[1])
    return world.change(subscription, "customer.subscription.updated", **changes)


def resume(world: World, session: Thing, subscription: Thing) -> Thing:
    """Of a subscription that would end, or change, with its period: it goes on as it is."""
    if subscription["schedule"]:
        schedules.release(world, {}, subscription["schedule"])
    return world.change(subscription, "customer.subscription.updated", **subscriptions.NOT_CANCELING)


def _a_month(price: Thing) -> Decimal:
    recurring = price["recurring"]
    months = recurring["interval_count"] * (12 if recurring["interval"] == "year" else 1)
    return Decimal(price["unit_amount_decimal"]) / int(months)
