"""Disputes: a customer asks their bank for the money back. The control page and tests open and close them."""

from billing.simulated.errors import InvalidRequest
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.periods import DAY
from billing.simulated.store import Thing
from billing.simulated.world import World

LISTED = "charge payment_intent created"
NO_FACTS = dict.fromkeys(
    (
        *("access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure"),
        *("cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name"),
        *("customer_purchase_ip", "customer_signature", "duplicate_charge_documentation"),
        *("duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt"),
        *("refund_policy", "refund_policy_disclosure", "refund_refusal_explanation", "service_date"),
        *("service_documentation", "shipping_address", "shipping_carrier", "shipping_date"),
        *("shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text"),
    )
)


def begin(world: World, charge: Thing) -> Thing:
    if charge["disputed"] or charge["status"] != "succeeded":
        raise InvalidRequest(f"Charge {charge['id']} cannot be disputed.")
    card = {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "10.4"}
    fields = {
        **{"amount": charge["amount"], "balance_transactions": [], "charge": charge["id"]},
        **{"currency": charge["currency"], "enhanced_eligibility_types": []},
        "evidence": NO_FACTS | {"enhanced_evidence": {}},
        "evidence_details": {
            **{"due_by": world.now + 7 * DAY, "enhanced_eligibility": {}, "has_evidence": False},
            **{"past_due": False, "submission_count": 0},
        },
        **{"is_charge_refundable": False, "metadata": {}, "payment_intent": charge["payment_intent"]},
        **{"payment_method_details": {"type": "card", "card": card}, "reason": "fraudulent"},
        "status": "needs_response",
    }
    world.change(charge, disputed=True)
    return world.create("dispute", fields, "charge.dispute.created")


def close(world: World, dispute: Thing, *, won: bool) -> Thing:
    return world.change(dispute, "charge.dispute.closed", status="won" if won else "lost")


def retrieve(world: World, params: Params, dispute_id: str) -> Thing:
    return world.get("dispute", dispute_id)


def list_all(world: World, params: Params) -> Thing:
    found = [
        each
        for each in world.all("dispute")
        if all(each[name] == params.get(name, each[name]) for name in ("charge", "payment_intent"))
    ]
    return page(found, params, "/v1/disputes")
