"""Payment intents and charges: what becomes of one attempt to take money from a card."""

from dataclasses import dataclass
from typing import Literal

from billing.simulated.cards import CARDS, Card
from billing.simulated.errors import CardDeclined
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.store import Thing
from billing.simulated.world import World

ASKS = Card(
    "",
    "",
    "asks always",
    code="authentication_required",
    decline_code="authentication_required",
    message="Your card was declined. This transaction requires authentication.",
)
REFUSED = Card(
    "",
    "",
    "declined",
    code="payment_intent_authentication_failure",
    decline_code=None,
    message="The bank did not confirm the payment. Please choose another card.",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    state: Literal["paid", "declined", "asks"]
    intent: Thing
    card: Card | None = None
    """Of what was declined."""

    def error(self) -> CardDeclined:
        """As Stripe says it to whoever asked for the payment."""
        if self.card is None:
            return CardDeclined(
                "This payment requires additional user action before it can be completed successfully.",
                code="subscription_payment_intent_requires_action",
            )
        return CardDeclined(self.card.message, code=self.card.code, decline_code=self.card.decline_code)


def create_intent(world: World, customer: Thing, amount: int, currency: str, description: str) -> Thing:
    fields = {
        **{"amount": amount, "amount_capturable": 0, "amount_received": 0, "application": None},
        **{"application_fee_amount": None, "automatic_payment_methods": None, "canceled_at": None},
        **{"cancellation_reason": None, "capture_method": "automatic", "confirmation_method": "automatic"},
        **{"currency": currency, "customer": customer["id"], "description": description},
        **{"last_payment_error": None, "latest_charge": None, "metadata": {}, "next_action": None},
        **{"on_behalf_of": None, "payment_method": None, "payment_method_types": ["card"]},
        **{"processing": None, "receipt_email": None, "review": None, "setup_future_usage": "off_session"},
        **{"shipping": None, "source": None, "statement_descriptor": None, "transfer_data": None},
        **{"transfer_group": None, "status": "requires_payment_method", "client_secret": None},
    }
    return world.create("payment_intent", fields, "payment_intent.created")


def attempt(
    world: World,
    intent: Thing,
    customer: Thing,
    method: Thing | None,
    *,
    present: bool = False,
    answer: bool | None = None,
) -> Outcome:
    """Try to take the money. `present`: the customer can be asked; `answer`: what their bank has said."""
    if method is None:
        none = Card("", "", "declined", message="There is no card to pay with.", decline_code=None)
        return _declined(world, intent, customer, None, none)
    card = CARDS[method["_number"]]
    if answer is False:
        return _declined(world, intent, customer, method, REFUSED)
    if customer["_fail_next"]:
        world.change(customer, _fail_next=False)
        return _declined(world, intent, customer, method, card)
    match card.behaviour:
        case "declined":
            return _declined(world, intent, customer, method, card)
        case "declined later" if method["_charged"]:
            return _declined(world, intent, customer, method, card)
        case "asks always" | "asks once" if not (answer or _remembered(method, card)):
            return (
                _asks(world, intent, method) if present else _declined(world, intent, customer, method, ASKS)
            )
    world.change(method, _charged=True, _approved=method["_approved"] or bool(answer))
    charge = _charge(world, intent, customer, method, None)
    world.change(
        intent,
        **{"status": "succeeded", "latest_charge": charge["id"], "payment_method": method["id"]},
        **{"amount_received": intent["amount"], "last_payment_error": None, "next_action": None},
    )
    world.emit("charge.succeeded", charge)
    world.emit("payment_intent.succeeded", intent)
    return Outcome("paid", intent)


def cancel_intent(world: World, intent: Thing) -> None:
    fields = {"status": "canceled", "canceled_at": world.now, "cancellation_reason": "void_invoice"}
    world.change(intent, "payment_intent.canceled", **fields)


def retrieve_intent(world: World, params: Params, intent_id: str) -> Thing:
    return world.get("payment_intent", intent_id)


def retrieve_charge(world: World, params: Params, charge_id: str) -> Thing:
    return world.get("charge", charge_id)


def list_charges(world: World, params: Params) -> Thing:
    intent = params.get("payment_intent")
    charges = world.all("charge", params.get("customer"))
    found = [each for each in charges if intent in (None, each["payment_intent"])]
    return page(found, params, "/v1/charges")


def _remembered(method: Thing, card: Card) -> bool:
    return bool(card.behaviour == "asks once" and method["_approved"])


def _asks(world: World, intent: Thing, method: Thing) -> Outcome:
    action = {
        "type": "redirect_to_url",
        "redirect_to_url": {"return_url": None, "url": f"{world.origin}/3ds/{intent['id']}"},
    }
    fields = {"status": "requires_action", "next_action": action, "payment_method": method["id"]}
    world.change(intent, **fields)
    world.emit("payment_intent.requires_action", intent)
    return Outcome("asks", intent)


def _declined(world: World, intent: Thing, customer: Thing, method: Thing | None, card: Card) -> Outcome:
    charge = _charge(world, intent, customer, method, card) if method else None
    error = {
        "code": card.code,
        "decline_code": card.decline_code,
        "message": card.message,
        "type": "card_error",
    }
    fields = {"status": "requires_payment_method", "last_payment_error": error, "next_action": None}
    world.change(intent, **fields, latest_charge=charge["id"] if charge else intent["latest_charge"])
    if charge:
        world.emit("charge.failed", charge)
    world.emit("payment_intent.payment_failed", intent)
    return Outcome("declined", intent, card)


def _charge(world: World, intent: Thing, customer: Thing, method: Thing, declined: Card | None) -> Thing:
    paid = declined is None
    fields = {
        **{"amount": intent["amount"], "amount_captured": intent["amount"] if paid else 0},
        **{
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
        },
        **{"balance_transaction": None, "billing_details": method["billing_details"], "captured": paid},
        **{"calculated_statement_descriptor": "SIMULATED", "currency": intent["currency"]},
        **{"customer": customer["id"], "description": intent["description"], "disputed": False},
        **{"failure_balance_transaction": None, "failure_code": declined.code if declined else None},
        **{"failure_message": declined.message if declined else None, "fraud_details": {}, "metadata": {}},
        **{"on_behalf_of": None, "outcome": _network_outcome(declined), "paid": paid},
        **{"payment_intent": intent["id"], "payment_method": method["id"], "receipt_email": None},
        **{"payment_method_details": {"type": "card", "card": _card_details(method)}, "receipt_number": None},
        **{"receipt_url": None, "refunded": False, "review": None, "shipping": None, "source": None},
        **{"source_transfer": None, "statement_descriptor": None, "statement_descriptor_suffix": None},
        **{"status": "succeeded" if paid else "failed", "transfer_data": None, "transfer_group": None},
    }
    return world.create("charge", fields)


def _card_details(method: Thing) -> Thing:
    card = method["card"]
    names = (
        "brand",
        "checks",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "wallet",
    )
    return {**{name: card[name] for name in names}, "network": card["brand"], "three_d_secure": None}


def _network_outcome(declined: Card | None) -> Thing:
    return {
        **{"network_status": "declined_by_network" if declined else "approved_by_network"},
        **{"reason": declined.decline_code if declined else None, "risk_level": "normal", "risk_score": 10},
        **{"seller_message": declined.message if declined else "Payment complete."},
        **{"network_advice_code": None, "network_decline_code": None, "advice_code": None},
        "type": "issuer_declined" if declined else "authorized",
    }
