"""The facts in Stripe's subscriptions that decide about a plan."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import stripe

from billing.models import Entitlement
from billing.stripe.catalogue import PLANS, tier_of

PAYING = (Entitlement.Status.ACTIVE, Entitlement.Status.TRIALING)
LIVE = (
    *PAYING,
    *(Entitlement.Status.PAST_DUE, Entitlement.Status.UNPAID, Entitlement.Status.PAUSED),
)
"""Statuses of a subscription that continues, or may, so that nobody needs a second one."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the subscription that counts; `tier` is empty if there is none."""

    tier: str = ""
    status: str = ""
    period_start: datetime | None = None
    period_end: datetime | None = None
    cancel_at_period_end: bool = False
    subscription_id: str = ""
    price_id: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """A continuing subscription, and its item that is a plan."""

    subscription: stripe.Subscription
    item: stripe.SubscriptionItem


def facts_of(subscriptions: Iterable[stripe.Subscription]) -> Facts:
    """What the best subscription says; of several that are paid, the one to the highest plan is the best.

    One that is paid counts before one whose payment failed, even to a higher plan: the latter ends without
    another word from Stripe.
    """
    return max(map(_facts, subscriptions), key=_rank, default=Facts())


def live_one(subscriptions: Sequence[stripe.Subscription]) -> Live | None:
    """A subscription to one of our plans that continues, or may, whether or not it gives the plan now."""
    facts = {each.id: _facts(each) for each in subscriptions if each.status in LIVE}
    best = max(facts.values(), key=_rank, default=Facts())
    for subscription in subscriptions:
        for item in subscription["items"].data:
            if (subscription.id, item.price.id) == (best.subscription_id, best.price_id):
                return Live(subscription, item)
    return None


def prices_of(subscriptions: Iterable[stripe.Subscription]) -> list[stripe.Price]:
    return [item.price for subscription in subscriptions for item in subscription["items"].data]


def ends(subscription: stripe.Subscription) -> bool:
    """Whether it ends in this period. The portal of newer accounts sets a moment in place of the flag."""
    if subscription.cancel_at_period_end:
        return True
    moment = subscription.cancel_at
    return moment is not None and any(
        moment <= item.current_period_end for item in subscription["items"].data
    )


def goes_on(subscription: stripe.Subscription) -> bool:
    """Whether there will be another payment, or may be."""
    return subscription.status in LIVE and not ends(subscription)


def next_price(schedule: stripe.SubscriptionSchedule) -> str:
    """The price of the phase after the current one; empty if there is none."""
    now = schedule.current_phase
    later = [phase for phase in schedule.phases if now and phase.start_date >= now.end_date]
    return str(later[0]["items"][0].price) if later and later[0]["items"] else ""


def _facts(subscription: stripe.Subscription) -> Facts:
    """The period stands in the items, since one subscription may have items of different periods."""
    status = subscription.status if subscription.status in Entitlement.Status.values else ""
    items = [(tier_of(item.price.id), item) for item in subscription["items"].data]
    known = [(tier, item) for tier, item in items if tier]
    if not known:
        logger.warning(
            "subscription %s gives no plan: its price is none of ours (%s)",
            subscription.id,
            ", ".join(item.price.id for _, item in items),
        )
        return Facts(status=status)
    tier, item = max(known, key=lambda pair: PLANS.index(pair[0]))
    end = item.current_period_end
    return Facts(
        tier=tier,
        status=status,
        period_start=_moment(item.current_period_start),
        period_end=_moment(min(end, subscription.cancel_at or end)),
        cancel_at_period_end=ends(subscription),
        subscription_id=subscription.id,
        price_id=item.price.id,
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
