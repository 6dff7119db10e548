"""What somebody pays for, as Stripe last said it: for the billing page and the API."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from djstripe.models import Price

from accounts.models import User
from billing.entitlements import GRACE
from billing.models import Entitlement
from billing.stripe.catalogue import tier_of
from billing.stripe.money import amount_of, shown


@dataclass(frozen=True, slots=True)
class Paid:
    """A plan at its price."""

    tier: str
    interval: str
    amount: Decimal | None
    currency: str

    @property
    def price(self) -> str:
        """For people; empty if it is not known."""
        return shown(self.amount, self.currency) if self.amount is not None else ""


@dataclass(frozen=True, slots=True)
class Subscription:
    plan: Paid
    status: str
    period_end: datetime | None
    cancel_at_period_end: bool
    grace_ends_at: datetime | None
    """While a payment is missing: when the plan ends without it."""
    next_plan: Paid | None
    """What it changes to at the period's end."""


def subscription_of(user: User) -> Subscription | None:
    """The user's subscription, also one that has ended; None if there never was one."""
    facts = Entitlement.objects.filter(user=user).exclude(subscribed_tier=None).first()
    if facts is None:
        return None
    failed = facts.past_due_since if facts.status == Entitlement.Status.PAST_DUE else None
    return Subscription(
        plan=_paid(facts.price_id, str(facts.subscribed_tier_id)),
        status=facts.status,
        period_end=facts.period_end,
        cancel_at_period_end=facts.cancel_at_period_end,
        grace_ends_at=failed and failed + GRACE,
        next_plan=_paid(facts.next_price_id, tier_of(facts.next_price_id)) if facts.next_price_id else None,
    )


def _paid(price_id: str, tier: str) -> Paid:
    price = Price.objects.filter(id=price_id).first() if price_id else None
    if price is None:
        return Paid(tier, "", None, "")
    interval = (price.recurring or {}).get("interval", "")
    amount = None if price.unit_amount is None else amount_of(price.unit_amount, price.currency)
    return Paid(tier, interval, amount, price.currency)
