"""Checkout sessions: an order that waits for its customer, for a day at most. `pay` is the page's button."""

from billing.simulated import collection, customers, invoices, subscriptions
from billing.simulated.errors import InvalidRequest
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.payments import Outcome
from billing.simulated.periods import DAY, HOUR
from billing.simulated.store import Thing
from billing.simulated.world import World, ahead, listing, metadata, new_id

CREATED = (
    "mode customer customer_email line_items success_url cancel_url client_reference_id metadata locale "
    "ui_mode subscription_data allow_promotion_codes automatic_tax tax_id_collection "
    "billing_address_collection customer_update expires_at payment_method_types payment_method_collection "
    "submit_type custom_text"
)
LISTED = "customer subscription status created"
SUBSCRIPTION_DATA = {"metadata", "description", "trial_period_days", "trial_settings"}
NO_TEXT = dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"))


def create(world: World, params: Params) -> Thing:
    _check(world, params)
    session_id = new_id("checkout.session")
    items = _line_items(world, params["line_items"])
    total = sum(item["amount_total"] for item in items)
    trial = params.get("subscription_data", {}).get("trial_period_days")
    tax = params.get("automatic_tax", {}).get("enabled", False)
    fields = {
        **{"id": session_id, "adaptive_pricing": None, "after_expiration": None, "amount_subtotal": total},
        **{
            "allow_promotion_codes": params.get("allow_promotion_codes"),
            "amount_total": 0 if trial else total,
        },
        "automatic_tax": {
            **{"enabled": tax, "liability": {"type": "self"} if tax else None, "status": None},
            "provider": "stripe" if tax else None,
        },
        "billing_address_collection": params.get("billing_address_collection"),
        **{"cancel_url": params.get("cancel_url"), "client_reference_id": params.get("client_reference_id")},
        **{"client_secret": None, "collected_information": None, "consent": None, "consent_collection": None},
        **{"currency": items[0]["currency"], "currency_conversion": None, "custom_fields": []},
        **{"custom_text": NO_TEXT | params.get("custom_text", {}), "customer": params.get("customer")},
        **{"customer_creation": None if "customer" in params else "always", "customer_details": None},
        **{"customer_email": params.get("customer_email"), "discounts": []},
        **{"expires_at": _expiry(world, params), "invoice": None, "invoice_creation": None},
        **{"locale": params.get("locale"), "metadata": metadata({}, params.get("metadata"))},
        **{"mode": "subscription", "origin_context": None, "payment_intent": None, "payment_link": None},
        "payment_method_collection": params.get("payment_method_collection", "always"),
        **{
            "payment_method_configuration_details": None,
            "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        },
        **{"payment_method_types": params.get("payment_method_types", ["card"]), "payment_status": "unpaid"},
        **{"permissions": None, "phone_number_collection": {"enabled": False}, "recovered_from": None},
        **{"saved_payment_method_options": None, "setup_intent": None, "shipping_address_collection": None},
        **{"shipping_cost": None, "shipping_options": [], "status": "open"},
        **{
            "submit_type": params.get("submit_type"),
            "subscription": None,
            "success_url": params["success_url"],
        },
        "tax_id_collection": {
            "enabled": params.get("tax_id_collection", {}).get("enabled", False),
            "required": "never",
        },
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        **{"ui_mode": "hosted_page", "url": f"{world.origin}/c/pay/{session_id}", "wallet_options": None},
        **{"_items": items, "_subscription_data": params.get("subscription_data", {}), "_waiting": None},
    }
    return world.create("checkout.session", fields)


def retrieve(world: World, params: Params, session_id: str) -> Thing:
    """With the line items only where they are asked for."""
    session = world.get("checkout.session", session_id)
    if "line_items" in params.get("expand", []):
        return session | {
            "line_items": listing(session["_items"], f"/v1/checkout/sessions/{session_id}/line_items")
        }
    return session


def line_items(world: World, params: Params, session_id: str) -> Thing:
    session = world.get("checkout.session", session_id)
    return listing(session["_items"], f"/v1/checkout/sessions/{session_id}/line_items")


def list_all(world: World, params: Params) -> Thing:
    found = [
        each
        for each in world.all("checkout.session", params.get("customer"))
        if all(each[name] == params.get(name, each[name]) for name in ("subscription", "status"))
    ]
    return page(found, params, "/v1/checkout/sessions")


def expire(world: World, params: Params, session_id: str) -> Thing:
    session = world.get("checkout.session", session_id)
    if session["status"] != "open":
        raise InvalidRequest(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a '
            f"status of {session['status']}."
        )
    return expire_now(world, session)


def expire_now(world: World, session: Thing) -> Thing:
    world.change(session, status="expired", url=None)
    world.emit("checkout.session.expired", session)
    return session


def pay(world: World, session: Thing, number: str) -> Outcome | None:
    """With a card: complete, or still open because the card was declined or its bank asks first.

    From the first try on a subscription waits for its payment; another card is a try to pay the same one.
    """
    if session["status"] != "open":
        raise InvalidRequest(f"This Checkout Session is {session['status']}.")
    customer = _customer(world, session)
    customers.attach_card(world, customer, number)
    waiting = world.find(session["_waiting"]) if session["_waiting"] else None
    if waiting and waiting["status"] == "incomplete":
        outcome = collection.collect(world, world.get("invoice", waiting["latest_invoice"]), present=True)
    else:
        waiting, outcome = subscriptions.begin(world, _order(session, customer), present=True)
        world.change(session, _waiting=waiting["id"])
    if outcome is None or outcome.state == "paid":
        complete(world, session, waiting)
    return outcome


def answer_of_bank(world: World, intent: Thing, *, yes: bool) -> tuple[Thing, Outcome | None]:
    """As `collection.answer_of_bank`; a session that waited for the payment is then complete."""
    invoice, outcome = collection.answer_of_bank(world, intent, yes=yes)
    complete_if_paid(world, invoice)
    return invoice, outcome


def complete_if_paid(world: World, invoice: Thing) -> None:
    session = session_of(world, invoice)
    if session and session["status"] == "open" and invoice["status"] == "paid":
        complete(world, session, world.get("subscription", session["_waiting"]))


def session_of(world: World, invoice: Thing) -> Thing | None:
    """In which the invoice is or was to be paid first."""
    subscription_id = invoices.subscription_of(invoice)
    sessions = world.all("checkout.session")
    return next((each for each in sessions if each["_waiting"] == subscription_id), None)


def complete(world: World, session: Thing, subscription: Thing) -> None:
    customer = customers.existing(world, session["customer"])
    details = {
        **{"address": customer["address"], "business_name": None, "email": customer["email"]},
        **{
            "individual_name": None,
            "name": customer["name"],
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
    }
    tax = session["automatic_tax"] | {"status": "complete" if session["automatic_tax"]["enabled"] else None}
    paid = "paid" if session["amount_total"] else "no_payment_required"
    world.change(
        session,
        **{"status": "complete", "payment_status": paid, "url": None, "customer": customer["id"]},
        **{"subscription": subscription["id"], "invoice": subscription["latest_invoice"]},
        **{"customer_details": details, "automatic_tax": tax},
    )
    world.emit("checkout.session.completed", session)


def _order(session: Thing, customer: Thing) -> Params:
    items = [{"price": item["price"]["id"], "quantity": item["quantity"]} for item in session["_items"]]
    tax = {"enabled": session["automatic_tax"]["enabled"]}
    return {**session["_subscription_data"], "customer": customer["id"], "automatic_tax": tax, "items": items}


def _customer(world: World, session: Thing) -> Thing:
    if session["customer"]:
        return customers.existing(world, session["customer"])
    customer = customers.create(world, {"email": session["customer_email"] or "somebody@example.com"})
    world.change(session, customer=customer["id"])
    return customer


def _check(world: World, params: Params) -> None:
    """What Stripe refuses although each parameter by itself is in order."""
    if params.get("mode") != "subscription":
        raise InvalidRequest("The simulated Stripe sells subscriptions only.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise InvalidRequest("The simulated Stripe has its page on its own origin only.", param="ui_mode")
    for name in ("line_items", "success_url"):
        if not params.get(name):
            raise InvalidRequest(f"Missing required param: {name}.", code="parameter_missing", param=name)
    for name in ("success_url", "cancel_url"):
        if not params.get(name, "https://").startswith(("http://", "https://")):
            raise InvalidRequest("Not a valid URL", code="url_invalid", param=name)
    if "customer" not in params:
        if "customer_update" in params:
            raise InvalidRequest(
                "`customer_update` can only be used with `customer`.", param="customer_update"
            )
    elif "customer_email" in params:
        raise InvalidRequest(
            "You may only specify one of these parameters: customer, customer_email.", param="customer_email"
        )
    else:
        _check_customer(customers.existing(world, params["customer"]), params)
    if unknown := {*params.get("subscription_data", {})} - SUBSCRIPTION_DATA:
        name = f"subscription_data[{min(unknown)}]"
        raise InvalidRequest(f"The simulated Stripe does not know what to do about {name}.", param=name)


def _check_customer(customer: Thing, params: Params) -> None:
    update = params.get("customer_update", {})
    if params.get("tax_id_collection", {}).get("enabled") and update.get("name") != "auto":
        raise InvalidRequest(
            "Tax ID collection requires updating business name on the customer. To enable tax ID collection "
            "for an existing customer, please set `customer_update[name]` to `auto`.",
            param="customer_update[name]",
        )
    automatic_tax = params.get("automatic_tax", {}).get("enabled")
    if automatic_tax and update.get("address") != "auto" and not customer["address"]:
        raise InvalidRequest(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid "
            "address to the Customer or set either `customer_update[address]` to 'auto' or "
            "`customer_update[shipping]` to 'auto' to save the address entered in Checkout to the Customer.",
            code="customer_tax_location_invalid",
        )


def _line_items(world: World, given: list[Params]) -> list[Thing]:
    items = []
    for number, each in enumerate(given):
        param = f"line_items[{number}][price]"
        if "price" not in each or {*each} - {"price", "quantity"}:
            raise InvalidRequest(
                "The simulated Stripe takes a price and a quantity in line_items.", param=param
            )
        price = subscriptions.recurring_price(world, each["price"], param)
        product = world.get("product", price["product"])
        amount = round(float(price["unit_amount_decimal"]) * each.get("quantity", 1))
        items.append(
            {
                **{"id": new_id("item"), "object": "item", "adjustable_quantity": None, "amount_discount": 0},
                **{"amount_subtotal": amount, "amount_tax": 0, "amount_total": amount},
                **{"currency": price["currency"], "description": product["name"], "metadata": {}},
                **{"price": price, "quantity": each.get("quantity", 1)},
            }
        )
    return items


def _expiry(world: World, params: Params) -> int:
    """Given in the caller's time, which the test clock does not move."""
    offset = ahead(world.store)
    expires_at = int(params.get("expires_at", world.now - offset + DAY)) + offset
    if not world.now + HOUR // 2 - 60 <= expires_at <= world.now + DAY + 60:
        raise InvalidRequest(
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout "
            "Session creation.",
            param="expires_at",
        )
    return expires_at
