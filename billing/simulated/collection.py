"""Collecting an invoice, and what that does to its subscription: active, past due, ended."""

from billing.simulated import customers, invoices, payments
from billing.simulated.errors import InvalidRequest, Kept
from billing.simulated.params import Params
from billing.simulated.payments import Outcome
from billing.simulated.periods import DAY
from billing.simulated.store import Thing
from billing.simulated.world import World

RETRIES = (3, 5, 7)
"""Days from a failed attempt at a renewal to the next one; after the last one `after_retries` happens."""
PAY = "payment_method off_session"


def collect(
    world: World,
    invoice: Thing,
    *,
    method: Thing | None = None,
    present: bool = False,
    answer: bool | None = None,
) -> Outcome | None:
    """Try to have the invoice paid; None if nothing is due. The options are those of `payments.attempt`."""
    subscription = world.get("subscription", invoices.subscription_of(invoice))
    customer = customers.existing(world, invoice["customer"])
    if invoice["status"] == "draft":
        invoices.finalize(world, invoice)
    if not invoice["_intent"]:
        _paid(world, invoice, subscription)
        return None
    intent = world.get("payment_intent", invoice["_intent"])
    method = method or customers.default_method(world, customer, subscription)
    outcome = payments.attempt(world, intent, customer, method, present=present, answer=answer)
    if outcome.state == "paid":
        _record_payment(world, invoice, intent)
        world.change(customer, "customer.updated", delinquent=False)
        _paid(world, invoice, subscription)
    elif outcome.state == "declined":
        world.change(customer, "customer.updated", delinquent=True)
        _failed(world, invoice, subscription, outcome)
    else:
        world.emit("invoice.payment_action_required", invoice)
    return outcome


def answer_of_bank(world: World, intent: Thing, *, yes: bool) -> tuple[Thing, Outcome | None]:
    """The invoice that waited for the bank, and what has become of it."""
    waits = intent["status"] == "requires_action"
    for invoice in world.all("invoice", intent["customer"]) if waits else []:
        if invoice["_intent"] == intent["id"]:
            method = world.find(intent["payment_method"])
            return invoice, collect(world, invoice, method=method, present=True, answer=yes)
    raise InvalidRequest("This payment does not wait for an answer.", code="payment_intent_unexpected_state")


def pay_on_request(world: World, params: Params, invoice_id: str) -> Thing:
    invoice = world.get("invoice", invoice_id)
    if invoice["status"] == "paid":
        raise InvalidRequest("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] not in ("draft", "open"):
        raise InvalidRequest(
            f"Invoice is {invoice['status']} and cannot be paid.", code="invoice_not_editable"
        )
    chosen = params.get("payment_method")
    method = customers.method_of(world, chosen, "payment_method") if chosen else None
    outcome = collect(world, invoice, method=method, present=not params.get("off_session", True))
    if outcome and outcome.state != "paid":
        raise Kept(outcome.error())
    return invoice


def end(world: World, subscription: Thing, status: str = "canceled") -> None:
    """The subscription is over. What is still open is no longer collected."""
    for invoice in invoices.open_ones(world, subscription):
        if status == "incomplete_expired":
            invoices.void(world, invoice)
        else:
            world.change(invoice, "invoice.updated", next_payment_attempt=None, auto_advance=False)
    canceled_at = subscription["canceled_at"] or world.now
    world.change(
        subscription,
        **{"status": status, "ended_at": world.now, "canceled_at": canceled_at, "pending_update": None},
    )
    world.emit(
        f"customer.subscription.{'updated' if status == 'incomplete_expired' else 'deleted'}", subscription
    )


def _paid(world: World, invoice: Thing, subscription: Thing) -> None:
    fields = {
        **{"status": "paid", "amount_paid": invoice["amount_due"], "amount_remaining": 0, "attempted": True},
        **{
            "attempt_count": invoice["attempt_count"] + bool(invoice["_intent"]),
            "next_payment_attempt": None,
        },
        "status_transitions": invoice["status_transitions"] | {"paid_at": world.now},
    }
    world.change(invoice, **fields, auto_advance=False)
    world.emit("invoice.paid", invoice)
    world.emit("invoice.payment_succeeded", invoice)
    changes: Thing = {}
    if subscription["status"] in ("incomplete", "past_due", "unpaid"):
        changes["status"] = "active"
    if (pending := subscription["pending_update"]) and subscription["latest_invoice"] == invoice["id"]:
        items = subscription["items"] | {"data": pending["subscription_items"]}
        anchor = pending["billing_cycle_anchor"]
        changes |= {"items": items, "billing_cycle_anchor": anchor, "pending_update": None}
    world.change(subscription, "customer.subscription.updated", **changes)
    if pending and not subscription["pending_update"]:
        world.emit("customer.subscription.pending_update_applied", subscription)


def _failed(world: World, invoice: Thing, subscription: Thing, outcome: Outcome) -> None:
    first = invoice["billing_reason"] == "subscription_create"
    attempts = invoice["attempt_count"] + 1
    again = attempts <= len(RETRIES) and not first and not subscription["pending_update"]
    due = world.now + RETRIES[attempts - 1] * DAY if again else None
    world.change(invoice, attempt_count=attempts, attempted=True, next_payment_attempt=due)
    world.emit("invoice.payment_failed", invoice)
    if outcome.card is payments.ASKS:
        world.emit("invoice.payment_action_required", invoice)
    if first or subscription["pending_update"] or subscription["status"] in ("canceled", "incomplete"):
        return
    if due:
        if subscription["status"] != "unpaid":
            world.change(subscription, "customer.subscription.updated", status="past_due")
        return
    match world.store.setting("after_retries", "cancel"):
        case "cancel":
            details = {"comment": None, "feedback": None, "reason": "payment_failed"}
            world.change(subscription, cancellation_details=details)
            end(world, subscription)
        case status:
            world.change(subscription, "customer.subscription.updated", status=status)


def _record_payment(world: World, invoice: Thing, intent: Thing) -> None:
    fields = {
        **{"amount_paid": intent["amount"], "amount_requested": intent["amount"], "is_default": True},
        **{"currency": intent["currency"], "invoice": invoice["id"], "status": "paid"},
        "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
        "status_transitions": {"canceled_at": None, "paid_at": world.now},
    }
    world.create("invoice_payment", fields, "invoice_payment.paid")
