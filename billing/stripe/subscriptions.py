"""The facts in Stripe's subscriptions that decide about a plan."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import stripe
from django.conf import settings

from billing.models import Entitlement

PAYING = (Entitlement.Status.ACTIVE, Entitlement.Status.TRIALING)
PLANS = ("starter", "pro", "business")
"""Those that are sold, from the smallest."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the subscription that counts; `tier` is empty if there is none."""

    tier: str = ""
    status: str = ""
    period_start: datetime | None = None
    period_end: datetime | None = None
    cancel_at_period_end: bool = False


def facts_of(subscriptions: Iterable[stripe.Subscription]) -> Facts:
    """What the best subscription says; of several that are paid, the one to the highest plan is the best.

    One that is paid counts before one whose payment failed, even to a higher plan: the latter ends without
    another word from Stripe.
    """
    return max(map(_facts, subscriptions), key=_rank, default=Facts())


def tier_of(price_id: str) -> str:
    """The plan that the price is for; empty if it is for none of ours."""
    for name, configured in settings.STRIPE_PRICE_IDS.items():
        if configured and configured == price_id:
            return name.removesuffix("_yearly")
    return ""


def prices_of(subscriptions: Iterable[stripe.Subscription]) -> list[stripe.Price]:
    return [item.price for subscription in subscriptions for item in subscription["items"].data]


def _facts(subscription: stripe.Subscription) -> Facts:
    """The period stands in the items, since one subscription may have items of different periods."""
    status = subscription.status if subscription.status in Entitlement.Status.values else ""
    items = [(tier_of(item.price.id), item) for item in subscription["items"].data]
    known = [(tier, item) for tier, item in items if tier]
    if not known:
        logger.warning(
            "subscription %s gives no plan: no STRIPE_PRICE_ID_ names its price (%s)",
            subscription.id,
            ", ".join(item.price.id for _, item in items),
        )
        return Facts(status=status)
    tier, item = max(known, key=lambda pair: PLANS.index(pair[0]))
    ends = (
        cancel_at if (cancel_at := subscription.cancel_at) and cancel_at <= item.current_period_end else None
    )
    return Facts(
        tier=tier,
        status=status,
        period_start=_moment(item.current_period_start),
        period_end=_moment(ends or item.current_period_end),
        # The customer portal of newer accounts sets a moment in place of the flag.
        cancel_at_period_end=subscription.cancel_at_period_end or ends is not None,
    )


def _rank(facts: Facts) -> tuple[bool, bool, bool, int, datetime]:
    return (
        bool(facts.tier),
        facts.status in PAYING,
        facts.status == Entitlement.Status.PAST_DUE,
        PLANS.index(facts.tier) if facts.tier else -1,
        facts.period_end or datetime.min.replace(tzinfo=UTC),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
