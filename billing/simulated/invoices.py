"""Invoices: their lines and totals, from draft to open to paid or void. `collection` takes the money."""

from billing.simulated import accounts, customers, payments
from billing.simulated.errors import InvalidRequest
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.periods import HOUR
from billing.simulated.store import Thing
from billing.simulated.world import World, listing, new_id

LISTED = "customer subscription status created collection_method"
DRAFT_FOR = HOUR
"""How long the invoice of a renewal stays a draft."""


def line(
    subscription: Thing,
    item: Thing,
    price: Thing,
    amount: int,
    period: tuple[int, int],
    *,
    proration: bool,
    text: str,
) -> Thing:
    details = {
        **{"invoice_item": None, "proration": proration, "subscription": subscription["id"]},
        **{"proration_details": {"credited_items": None}, "subscription_item": item["id"]},
    }
    parent = {
        "type": "subscription_item_details",
        "subscription_item_details": details,
        "invoice_item_details": None,
    }
    pricing = {
        "type": "price_details",
        "price_details": {"price": price["id"], "product": price["product"]},
        "unit_amount_decimal": price["unit_amount_decimal"],
    }
    return {
        **{"id": new_id("line_item"), "object": "line_item", "amount": amount, "currency": price["currency"]},
        **{"description": text, "discount_amounts": [], "discountable": not proration, "discounts": []},
        **{"livemode": False, "metadata": {}, "parent": parent, "pretax_credit_amounts": []},
        **{
            "period": {"start": period[0], "end": period[1]},
            "pricing": pricing,
            "quantity": item["quantity"],
        },
        **{"quantity_decimal": str(item["quantity"]), "subscription": subscription["id"], "subtotal": amount},
        "taxes": [],
    }


def create(world: World, subscription: Thing, lines: list[Thing], reason: str) -> Thing:
    """A draft. What the customer is owed from before is taken off when it is finalized."""
    customer = customers.existing(world, subscription["customer"])
    total = sum(each["amount"] for each in lines)
    fields = {
        **{"account_country": "US", "account_name": accounts.NAME, "account_tax_ids": None},
        **{
            "amount_due": max(0, total),
            "amount_overpaid": 0,
            "amount_paid": 0,
            "amount_paid_off_stripe": 0,
            "amount_shipping": 0,
        },
        **{"amount_remaining": max(0, total), "application": None, "attempt_count": 0, "attempted": False},
        **{
            "auto_advance": True,
            "automatically_finalizes_at": world.now + DRAFT_FOR,
            "billing_reason": reason,
        },
        "automatic_tax": _automatic_tax(subscription),
        **{"collection_method": subscription["collection_method"], "currency": subscription["currency"]},
        **{"custom_fields": None, "customer": customer["id"], "customer_address": customer["address"]},
        **{"customer_email": customer["email"], "customer_name": customer["name"], "customer_phone": None},
        **{"customer_shipping": None, "customer_tax_exempt": customer["tax_exempt"], "customer_tax_ids": []},
        **{"default_payment_method": None, "default_source": None, "default_tax_rates": [], "discounts": []},
        **{
            "description": None,
            "due_date": None,
            "effective_at": None,
            "ending_balance": None,
            "footer": None,
        },
        **{"from_invoice": None, "hosted_invoice_url": None, "invoice_pdf": None, "latest_revision": None},
        **{"issuer": {"type": "self"}, "last_finalization_error": None, "metadata": {}, "number": None},
        **{"next_payment_attempt": None, "on_behalf_of": None, "parent": _parent(subscription)},
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        **{"period_start": world.now, "period_end": world.now, "post_payment_credit_notes_amount": 0},
        **{"pre_payment_credit_notes_amount": 0, "receipt_number": None, "rendering": None},
        **{"shipping_cost": None, "shipping_details": None, "starting_balance": customer["balance"] or 0},
        **{"statement_descriptor": None, "status": "draft", "subtotal": total, "test_clock": None},
        "status_transitions": dict.fromkeys(
            ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
        ),
        **{"subtotal_excluding_tax": total, "total": total, "total_discount_amounts": []},
        **{"total_excluding_tax": total, "total_pretax_credit_amounts": [], "total_taxes": []},
        **{"webhooks_delivered_at": world.now, "_intent": None},
    }
    invoice = world.create("invoice", {"id": new_id("invoice"), **fields, "lines": listing([])})
    numbered = [{**each, "invoice": invoice["id"]} for each in lines]
    url = f"/v1/invoices/{invoice['id']}/lines"
    world.change(invoice, lines=listing(numbered, url))
    world.change(subscription, latest_invoice=invoice["id"])
    world.emit("invoice.created", invoice)
    return invoice


def finalize(world: World, invoice: Thing) -> Thing:
    """Open, with a number and what is due after the customer's balance."""
    customer = customers.existing(world, invoice["customer"])
    starting = customer["balance"] or 0
    due = max(0, invoice["total"] + starting)
    ending = invoice["total"] + starting - due
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
    following = customer["next_invoice_sequence"] + 1
    world.change(customer, balance=ending, next_invoice_sequence=following, currency=invoice["currency"])
    intent = None
    if due:
        intent = payments.create_intent(world, customer, due, invoice["currency"], f"Invoice {number}")
    fields = {
        **{
            "amount_due": due,
            "amount_remaining": due,
            "starting_balance": starting,
            "ending_balance": ending,
        },
        **{"automatically_finalizes_at": None, "effective_at": world.now, "number": number, "status": "open"},
        "hosted_invoice_url": f"{world.origin}/i/{invoice['id']}",
        "status_transitions": invoice["status_transitions"] | {"finalized_at": world.now},
    }
    return world.change(invoice, "invoice.finalized", **fields, _intent=intent["id"] if intent else None)


def void(world: World, invoice: Thing) -> Thing:
    if invoice["_intent"]:
        payments.cancel_intent(world, world.get("payment_intent", invoice["_intent"]))
    moments = invoice["status_transitions"] | {"voided_at": world.now}
    fields = {"status": "void", "amount_remaining": 0, "next_payment_attempt": None, "auto_advance": False}
    return world.change(invoice, "invoice.voided", **fields, status_transitions=moments)


def subscription_of(invoice: Thing) -> str:
    return str(invoice["parent"]["subscription_details"]["subscription"])


def open_ones(world: World, subscription: Thing) -> list[Thing]:
    """What the subscription's customer still owes for it."""
    found = world.all("invoice", subscription["customer"])
    return [
        each for each in found if each["status"] == "open" and subscription_of(each) == subscription["id"]
    ]


def retrieve(world: World, params: Params, invoice_id: str) -> Thing:
    return world.get("invoice", invoice_id)


def void_on_request(world: World, params: Params, invoice_id: str) -> Thing:
    invoice = world.get("invoice", invoice_id)
    if invoice["status"] != "open":
        raise InvalidRequest(f"You can only void open invoices. This one is {invoice['status']}.")
    return void(world, invoice)


def list_all(world: World, params: Params) -> Thing:
    subscription = params.get("subscription")
    found = [
        each
        for each in world.all("invoice", params.get("customer"))
        if subscription in (None, subscription_of(each))
        and all(each[name] == params.get(name, each[name]) for name in ("status", "collection_method"))
    ]
    return page(found, params, "/v1/invoices")


def list_payments(world: World, params: Params) -> Thing:
    invoice = params.get("invoice")
    found = [each for each in world.all("invoice_payment") if invoice in (None, each["invoice"])]
    return page(found, params, "/v1/invoice_payments")


def _parent(subscription: Thing) -> Thing:
    details = {"subscription": subscription["id"], "metadata": subscription["metadata"]}
    return {"type": "subscription_details", "subscription_details": details, "quote_details": None}


def _automatic_tax(subscription: Thing) -> Thing:
    """There are no registrations, so that no tax is due anywhere."""
    enabled = subscription["automatic_tax"]["enabled"]
    return {
        **{"disabled_reason": None, "enabled": enabled, "liability": {"type": "self"} if enabled else None},
        **{"provider": "stripe" if enabled else None, "status": "complete" if enabled else None},
    }
