"""When the passing of time changes an object next."""

from billing.simulated.periods import HOUR
from billing.simulated.store import Thing

INCOMPLETE_FOR = 23 * HOUR
"""How long a first payment may be completed, and a change that waits for its payment."""


def due_of(thing: Thing) -> int | None:
    match thing["object"]:
        case "subscription":
            return _subscription(thing)
        case "invoice":
            return _invoice(thing)
        case "checkout.session" if thing["status"] == "open":
            return int(thing["expires_at"])
    return None


def period_of(subscription: Thing) -> tuple[int, int]:
    """Of the item that ends first."""
    items = subscription["items"]["data"]
    first = min(items, key=lambda item: int(item["current_period_end"]))
    return first["current_period_start"], first["current_period_end"]


def _subscription(subscription: Thing) -> int | None:
    status = subscription["status"]
    if status == "incomplete":
        return int(subscription["created"]) + INCOMPLETE_FOR
    if status not in ("trialing", "active", "past_due", "unpaid"):
        return None
    moments = [
        period_of(subscription)[1],
        subscription["cancel_at"],
        subscription["trial_end"] if status == "trialing" else None,
    ]
    if subscription["pending_update"]:
        moments.append(subscription["pending_update"]["expires_at"])
    return min(int(moment) for moment in moments if moment)


def _invoice(invoice: Thing) -> int | None:
    moment = {"draft": "automatically_finalizes_at", "open": "next_payment_attempt"}.get(invoice["status"])
    return int(invoice[moment]) if moment and invoice[moment] else None
