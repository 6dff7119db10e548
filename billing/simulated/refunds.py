"""Refunds of charges."""

from billing.simulated.errors import InvalidRequest
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.store import Thing
from billing.simulated.world import World, metadata

CREATED = "charge payment_intent amount reason metadata"
LISTED = "charge payment_intent created"


def create(world: World, params: Params) -> Thing:
    charge = _charge(world, params)
    if charge["status"] != "succeeded" or charge["refunded"]:
        raise InvalidRequest(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if not 0 < amount <= left:
        raise InvalidRequest(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
    fields = {
        **{
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "currency": charge["currency"],
        },
        **{"customer": charge["customer"], "metadata": metadata({}, params.get("metadata"))},
        **{"payment_intent": charge["payment_intent"], "receipt_number": None},
        **{
            "destination_details": {"type": "card", "card": {"type": "refund"}},
            "reason": params.get("reason"),
        },
        **{"source_transfer_reversal": None, "status": "succeeded", "transfer_reversal": None},
    }
    refund = world.create("refund", fields)
    del refund["livemode"]  # a refund has none
    world.store.put(refund, None)
    world.emit("refund.created", refund)
    refunded = charge["amount_refunded"] + amount
    world.change(charge, "charge.refunded", amount_refunded=refunded, refunded=refunded == charge["amount"])
    return refund


def retrieve(world: World, params: Params, refund_id: str) -> Thing:
    return world.get("refund", refund_id)


def list_all(world: World, params: Params) -> Thing:
    found = [
        each
        for each in world.all("refund")
        if all(each[name] == params.get(name, each[name]) for name in ("charge", "payment_intent"))
    ]
    return page(found, params, "/v1/refunds")


def _charge(world: World, params: Params) -> Thing:
    if "charge" in params:
        return world.get("charge", params["charge"], "charge")
    if "payment_intent" not in params:
        raise InvalidRequest(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    intent = world.get("payment_intent", params["payment_intent"], "payment_intent")
    if intent["latest_charge"] is None:
        raise InvalidRequest("This PaymentIntent does not have a successful charge to refund.")
    return world.get("charge", intent["latest_charge"])
