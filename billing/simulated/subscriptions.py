"""Subscriptions: begin, change, cancel, resume. What time does to them is in `renewals`."""

from typing import Any

from billing.simulated import collection, customers, invoices, prices, prorations
from billing.simulated.due import INCOMPLETE_FOR, period_of
from billing.simulated.errors import InvalidRequest, Missing
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.payments import Outcome
from billing.simulated.periods import DAY, end_of_period
from billing.simulated.store import Thing
from billing.simulated.world import World, listing, metadata, new_id

CHANGED = (
    "items metadata default_payment_method payment_behavior proration_behavior trial_end description "
    "off_session cancel_at cancel_at_period_end automatic_tax payment_settings trial_settings"
)
CREATED = f"{CHANGED} customer trial_period_days currency collection_method"
UPDATED = f"{CHANGED} cancellation_details billing_cycle_anchor proration_date"
CANCELED = "invoice_now prorate cancellation_details"
LISTED = "customer status price created collection_method"
ENDED = ("canceled", "incomplete_expired")
NO_DETAILS = {"comment": None, "feedback": None, "reason": None}


def create(world: World, params: Params) -> Thing:
    """As payments go: active, trialing, or incomplete until the first invoice is paid."""
    return begin(world, params)[0]


def begin(world: World, params: Params, *, present: bool = False) -> tuple[Thing, Outcome | None]:
    """The subscription, and what became of its payment. The options are those of `payments.attempt`."""
    customer = customers.existing(world, params["customer"])
    behavior = params.get("payment_behavior", "allow_incomplete")
    chosen = params.get("default_payment_method")
    if chosen:
        _own_method(world, customer, chosen)
    elif not customers.default_method(world, customer) and not _trial_end(world, params):
        raise InvalidRequest(
            "This customer has no attached payment source or default payment method. Please consider adding "
            "a default payment method.",
            code="resource_missing",
        )
    subscription = _create(world, customer, params)
    items = subscription["items"]["data"]
    trial = subscription["trial_end"]
    lines = [prorations.whole_period(world, subscription, item, free=bool(trial)) for item in items]
    world.emit("customer.subscription.created", subscription)
    invoice = invoices.create(world, subscription, lines, "subscription_create")
    if behavior == "default_incomplete" and not trial:
        invoices.finalize(world, invoice)
        return subscription, None
    outcome = collection.collect(world, invoice, present=present)
    if outcome and outcome.state != "paid" and behavior == "error_if_incomplete":
        raise outcome.error()
    return subscription, outcome


def retrieve(world: World, params: Params, subscription_id: str) -> Thing:
    return world.get("subscription", subscription_id)


def list_all(world: World, params: Params) -> Thing:
    """Without a status: those that have not ended."""
    wanted, price = params.get("status"), params.get("price")
    if "customer" in params:
        world.get("customer", params["customer"], "customer")
    found = [
        each
        for each in world.all("subscription", params.get("customer"))
        if _has_status(each, wanted)
        and (price is None or any(item["price"]["id"] == price for item in each["items"]["data"]))
    ]
    return page(found, params, "/v1/subscriptions")


def update(world: World, params: Params, subscription_id: str) -> Thing:
    subscription = world.get("subscription", subscription_id)
    if subscription["status"] in ENDED and {*params} - {"metadata", "cancellation_details", "expand"}:
        raise InvalidRequest(
            "A canceled subscription can only update its cancellation_details and metadata.",
            code="resource_missing",
        )
    if "cancel_at" in params and "cancel_at_period_end" in params:
        raise InvalidRequest(
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end.",
            param="cancel_at",
        )
    changes = _plain_changes(world, subscription, params) | _cancellation(world, subscription, params)
    if params.get("trial_end") == "now" and subscription["status"] == "trialing":
        raise InvalidRequest(
            "The simulated Stripe ends a trial only when its time has come.", param="trial_end"
        )
    if "items" not in params:
        return world.change(subscription, "customer.subscription.updated", **changes)
    world.change(subscription, **changes)
    return _change_items(world, subscription, params)


def cancel(world: World, params: Params, subscription_id: str) -> Thing:
    """At once."""
    subscription = world.get("subscription", subscription_id)
    if subscription["status"] in ENDED:
        raise Missing("subscription", subscription_id)
    if params.get("prorate") or params.get("invoice_now"):
        raise InvalidRequest("The simulated Stripe cancels without a final invoice.", param="prorate")
    details = _details(subscription, params, "cancellation_requested")
    world.change(subscription, cancellation_details=details)
    collection.end(world, subscription)
    return subscription


def cancel_all(world: World, customer_id: str) -> None:
    """Of a customer who goes."""
    for subscription in world.all("subscription", customer_id):
        if subscription["status"] not in ENDED:
            collection.end(world, subscription)


def resume(world: World, params: Params, subscription_id: str) -> Thing:
    """One that was paused because its trial ended without a card."""
    subscription = world.get("subscription", subscription_id)
    if subscription["status"] != "paused":
        raise InvalidRequest("You can only resume a subscription that is paused.")
    start_period(subscription, world.now)
    world.change(subscription, billing_cycle_anchor=world.now, status="past_due")
    lines = [prorations.whole_period(world, subscription, item) for item in subscription["items"]["data"]]
    invoice = invoices.create(world, subscription, lines, "subscription_update")
    collection.collect(world, invoice)
    world.emit("customer.subscription.resumed", subscription)
    return subscription


def lines_of_change(world: World, subscription: Thing, item_params: Params, proration: str) -> list[Thing]:
    """What a change to one other price would be charged with now."""
    before = subscription["items"]["data"]
    after = _items_after(world, subscription, [item_params])
    restarts = _interval(before) != _interval(after)
    prorate = proration != "none"
    return prorations.of_change(world, subscription, before, after, restarts=restarts, prorate=prorate)


def current(world: World, customer_id: str) -> Thing:
    """The customer's newest that has not ended. Raises Missing."""
    for subscription in world.all("subscription", customer_id):
        if subscription["status"] not in ENDED:
            return subscription
    raise Missing("subscription", f"of {customer_id}")


def start_period(subscription: Thing, moment: int) -> None:
    """A new period of every item, from the moment on; the subscription is then the caller's to store."""
    for item in subscription["items"]["data"]:
        recurring = item["price"]["recurring"]
        end = end_of_period(moment, recurring["interval"], recurring["interval_count"], moment)
        item.update(current_period_start=moment, current_period_end=end)


def items_with(world: World, subscription_id: str, given: list[Params]) -> list[Thing]:
    """New items for the prices; their periods are the caller's to set."""
    items = []
    for number, each in enumerate(given):
        param = f"items[{number}][price]"
        if "price" not in each:
            raise InvalidRequest(f"Missing required param: {param}.", code="parameter_missing", param=param)
        price = recurring_price(world, each["price"], param)
        items.append(_item(world, subscription_id, price, each.get("quantity", 1), each.get("metadata")))
    if len({item["price"]["currency"] for item in items}) > 1:
        raise InvalidRequest("All prices of a subscription must have the same currency.", param="items")
    return items


def recurring_price(world: World, price_id: str, param: str) -> Thing:
    price = world.get("price", price_id, param)
    if not price["active"]:
        raise InvalidRequest(
            "The price specified is inactive. This field only accepts active prices.", param=param
        )
    if price["type"] != "recurring":
        raise InvalidRequest(
            "The price specified is set to `type=one_time` but this field only accepts prices with "
            "`type=recurring`.",
            param=param,
        )
    return price


def _create(world: World, customer: Thing, params: Params) -> Thing:
    subscription_id = new_id("subscription")
    items = items_with(world, subscription_id, params.get("items", []))
    if not items:
        raise InvalidRequest("Missing required param: items.", code="parameter_missing", param="items")
    currency = items[0]["price"]["currency"]
    if customer["currency"] not in (None, currency):
        raise InvalidRequest(
            "You cannot combine currencies on a single customer. This customer has had a subscription, "
            f"coupon, or invoice item with currency {customer['currency']}.",
        )
    trial_end = _trial_end(world, params)
    for item in items:
        recurring = item["price"]["recurring"]
        end = trial_end or end_of_period(
            world.now, recurring["interval"], recurring["interval_count"], world.now
        )
        item.update(current_period_start=world.now, current_period_end=end)
    tax = params.get("automatic_tax", {}).get("enabled", False)
    fields = {
        **{"id": subscription_id, "application": None, "application_fee_percent": None},
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": tax,
            "liability": {"type": "self"} if tax else None,
        },
        **{"billing_cycle_anchor": trial_end or world.now, "billing_cycle_anchor_config": None},
        "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}},
        **{
            "billing_schedules": [],
            "billing_thresholds": None,
            "cancel_at": None,
            "cancel_at_period_end": False,
        },
        **{"canceled_at": None, "cancellation_details": NO_DETAILS, "currency": currency},
        **{"collection_method": "charge_automatically", "customer": customer["id"], "days_until_due": None},
        **{"default_payment_method": params.get("default_payment_method"), "default_source": None},
        **{"default_tax_rates": [], "description": params.get("description") or None, "discounts": []},
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": listing(items, f"/v1/subscription_items?subscription={subscription_id}"),
        **{"latest_invoice": None, "metadata": metadata({}, params.get("metadata"))},
        **{"next_pending_invoice_item_invoice": None, "on_behalf_of": None, "pause_collection": None},
        "payment_settings": _payment_settings(params),
        **{"pending_invoice_item_interval": None, "pending_setup_intent": None, "pending_update": None},
        **{"schedule": None, "start_date": world.now, "status": "trialing" if trial_end else "incomplete"},
        **{"test_clock": None, "transfer_data": None, "trial_end": trial_end},
        "trial_settings": params.get("trial_settings")
        or {"end_behavior": {"missing_payment_method": "create_invoice"}},
        **{"trial_start": world.now if trial_end else None, "_prorations": []},
    }
    return world.create("subscription", fields)


def _item(world: World, subscription_id: str, price: Thing, quantity: int, given: Any) -> Thing:
    return {
        **{"id": new_id("subscription_item"), "object": "subscription_item", "billing_thresholds": None},
        **{"created": world.now, "discounts": [], "metadata": metadata({}, given)},
        **{"plan": prices.plan_of(price), "price": price, "quantity": quantity},
        **{"subscription": subscription_id, "tax_rates": []},
    }


def _payment_settings(params: Params) -> Thing:
    given = params.get("payment_settings", {})
    return {
        "payment_method_options": given.get("payment_method_options"),
        "payment_method_types": given.get("payment_method_types"),
        "save_default_payment_method": given.get("save_default_payment_method", "off"),
    }


def _trial_end(world: World, params: Params) -> int | None:
    if "trial_period_days" in params:
        return world.now + int(params["trial_period_days"]) * DAY
    end = params.get("trial_end")
    return end if isinstance(end, int) else None


def _own_method(world: World, customer: Thing, method_id: str) -> None:
    method = customers.method_of(world, method_id, "default_payment_method")
    if method["customer"] != customer["id"]:
        raise InvalidRequest(
            f"The customer does not have a payment method with the ID {method_id}. The payment method must "
            "be attached to the customer.",
            code="resource_missing",
            param="default_payment_method",
        )


def _has_status(subscription: Thing, wanted: str | None) -> bool:
    match wanted:
        case "all":
            return True
        case "ended":
            return subscription["status"] in ENDED
        case None:
            return subscription["status"] not in ENDED
    return bool(subscription["status"] == wanted)


# Changes --------------------------------------------------------------------------------------------


def _plain_changes(world: World, subscription: Thing, params: Params) -> Thing:
    changes: Thing = {}
    if "metadata" in params:
        changes["metadata"] = metadata(subscription["metadata"], params["metadata"])
    if "default_payment_method" in params:
        _own_method(world, world.get("customer", subscription["customer"]), params["default_payment_method"])
        changes["default_payment_method"] = params["default_payment_method"]
    if "description" in params:
        changes["description"] = params["description"] or None
    if "automatic_tax" in params:
        enabled = params["automatic_tax"]["enabled"]
        liability = {"type": "self"} if enabled else None
        changes["automatic_tax"] = {"disabled_reason": None, "enabled": enabled, "liability": liability}
    if "payment_settings" in params:
        changes["payment_settings"] = subscription["payment_settings"] | params["payment_settings"]
    if "trial_settings" in params:
        changes["trial_settings"] = params["trial_settings"]
    return changes


def _cancellation(world: World, subscription: Thing, params: Params) -> Thing:
    """Set or clear the flag or the moment: each is cleared by itself, as on Stripe's newer accounts."""
    changes: Thing = {}
    if "cancellation_details" in params:
        changes["cancellation_details"] = _details(subscription, params)
    if params.get("cancel_at_period_end"):
        changes |= canceling(world, subscription, params, period_of(subscription)[1], flag=True)
    elif "cancel_at_period_end" in params and subscription["cancel_at_period_end"]:
        changes |= NOT_CANCELING
    if params.get("cancel_at"):
        changes |= canceling(world, subscription, params, _moment(world, subscription, params["cancel_at"]))
    elif "cancel_at" in params and not subscription["cancel_at_period_end"]:
        changes |= NOT_CANCELING
    return changes


NOT_CANCELING: Thing = {
    **{"cancel_at": None, "cancel_at_period_end": False, "canceled_at": None},
    "cancellation_details": NO_DETAILS,
}


def canceling(world: World, subscription: Thing, params: Params, moment: int, *, flag: bool = False) -> Thing:
    """What changes with a cancellation that comes into force at the moment."""
    return {
        **{"cancel_at": moment, "cancel_at_period_end": flag, "canceled_at": world.now},
        "cancellation_details": _details(subscription, params, "cancellation_requested"),
    }


def _moment(world: World, subscription: Thing, given: int | str) -> int:
    if isinstance(given, str):  # min_period_end or max_period_end
        ends = [item["current_period_end"] for item in subscription["items"]["data"]]
        return int(min(ends) if given == "min_period_end" else max(ends))
    if given <= world.now:
        raise InvalidRequest("`cancel_at` must be a timestamp in the future.", param="cancel_at")
    return given


def _details(subscription: Thing, params: Params, reason: str | None = None) -> Thing:
    given = {name: value or None for name, value in params.get("cancellation_details", {}).items()}
    details: Thing = subscription["cancellation_details"] | given
    return details | {"reason": reason} if reason else details


def _change_items(world: World, subscription: Thing, params: Params) -> Thing:
    """To other prices. The money for what is left of the period is credited and charged as asked for."""
    before = subscription["items"]["data"]
    after = _items_after(world, subscription, params["items"])
    behavior = params.get("payment_behavior", "allow_incomplete")
    proration = params.get("proration_behavior", "create_prorations")
    restarts = _interval(before) != _interval(after) or params.get("billing_cycle_anchor") == "now"
    if subscription["status"] == "trialing":
        return _replace_items(world, subscription, after, subscription["billing_cycle_anchor"], "none")
    anchor = world.now if restarts else subscription["billing_cycle_anchor"]
    if proration != "always_invoice" and not restarts:
        return _replace_items(world, subscription, after, anchor, proration)
    lines = prorations.of_change(
        world, subscription, before, after, restarts=restarts, prorate=proration != "none"
    )
    if behavior == "pending_if_incomplete":
        return _change_when_paid(world, subscription, after, anchor, lines)
    _replace_items(world, subscription, after, anchor, "none")
    invoice = invoices.create(world, subscription, lines, "subscription_update")
    if behavior == "default_incomplete":
        invoices.finalize(world, invoice)
        return subscription
    outcome = collection.collect(world, invoice)
    if outcome and outcome.state != "paid" and behavior == "error_if_incomplete":
        raise outcome.error()
    return subscription


def _items_after(world: World, subscription: Thing, given: list[Params]) -> list[Thing]:
    items = {item["id"]: dict(item) for item in subscription["items"]["data"]}
    for number, each in enumerate(given):
        if "id" not in each:
            new = items_with(world, subscription["id"], [each])[0]
            start, end = period_of(subscription)
            items[new["id"]] = new | {"current_period_start": start, "current_period_end": end}
            continue
        if each["id"] not in items:
            raise Missing("subscription_item", each["id"], f"items[{number}][id]")
        item = items[each["id"]]
        if each.get("deleted"):
            del items[each["id"]]
        if "price" in each:
            price = recurring_price(world, each["price"], f"items[{number}][price]")
            if price["currency"] != subscription["currency"]:
                raise InvalidRequest(
                    f"The price specified only supports `{price['currency']}`. This doesn't match the "
                    f"expected currency: `{subscription['currency']}`.",
                    param=f"items[{number}][price]",
                )
            item |= {"price": price, "plan": prices.plan_of(price)}
        item["quantity"] = each.get("quantity", item["quantity"])
    if not items:
        raise InvalidRequest("A subscription must have at least one active item.", param="items")
    return list(items.values())


def _interval(items: list[Thing]) -> tuple[str, int]:
    recurring = items[0]["price"]["recurring"]
    return recurring["interval"], recurring["interval_count"]


def _replace_items(
    world: World, subscription: Thing, after: list[Thing], anchor: int, proration: str
) -> Thing:
    pending = subscription["_prorations"]
    if proration == "create_prorations":
        before = subscription["items"]["data"]
        pending = pending + prorations.of_change(
            world, subscription, before, after, restarts=False, prorate=True
        )
    if anchor == world.now:
        after = prorations.from_now(after, world.now)
    items = subscription["items"] | {"data": after}
    changes = {"items": items, "billing_cycle_anchor": anchor, "_prorations": pending}
    return world.change(subscription, "customer.subscription.updated", **changes)


def _change_when_paid(
    world: World, subscription: Thing, after: list[Thing], anchor: int, lines: list[Thing]
) -> Thing:
    if anchor == world.now:
        after = prorations.from_now(after, world.now)
    waiting = {
        **{"billing_cycle_anchor": anchor, "expires_at": world.now + INCOMPLETE_FOR},
        **{"subscription_items": after, "trial_end": None, "trial_from_plan": None},
    }
    world.change(subscription, pending_update=waiting)
    collection.collect(world, invoices.create(world, subscription, lines, "subscription_update"))
    if subscription["pending_update"]:
        world.emit("customer.subscription.updated", subscription)
    return subscription
