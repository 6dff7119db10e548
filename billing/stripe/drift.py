"""Compares what Stripe has about a user with what we use: from its mirrored objects, without a call."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import stripe
from django.conf import settings
from django.utils.formats import date_format
from djstripe.models import Subscription

from accounts.models import User
from billing.models import Entitlement, StripeEvent
from billing.stripe import mirror
from billing.stripe.subscriptions import Facts, facts_of

COMPARED = {
    "tier": "Plan",
    "status": "Status",
    "period_end": "End of the period",
    "cancel_at_period_end": "Ends with the period",
}


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A subscription as Stripe last described it."""

    id: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Comparison:
    """`differences` are sentences; there are none while both agree. `waiting` events may explain them."""

    customer_ids: list[str]
    subscriptions: list[Mirrored]
    looked_at: datetime | None
    differences: list[str]
    waiting: int = 0


def compare(user: User, entitlement: Entitlement | None) -> Comparison:
    """Three queries."""
    customers = mirror.customers_of(user.pk)
    stored = Subscription.objects.filter(
        customer__subscriber_id=user.pk, livemode=settings.STRIPE_LIVE_MODE
    ).order_by("-created")
    subscriptions = [
        stripe.Subscription.construct_from(data, None)
        for data in stored.values_list("stripe_data", flat=True)
    ]
    waiting = StripeEvent.objects.filter(customer_id__in=customers, processed_at=None).count()
    return Comparison(
        customer_ids=customers,
        subscriptions=[Mirrored(each.id, facts_of([each])) for each in subscriptions],
        looked_at=entitlement.fetched_at if entitlement else None,
        differences=[*_differences(_ours(entitlement), facts_of(subscriptions)), *_unheard(waiting)],
        waiting=waiting,
    )


def _ours(entitlement: Entitlement | None) -> Facts:
    if entitlement is None:
        return Facts()
    return Facts(
        tier=entitlement.subscribed_tier_id or "",
        status=entitlement.status,
        period_end=entitlement.period_end,
        cancel_at_period_end=entitlement.cancel_at_period_end,
    )


def _differences(ours: Facts, theirs: Facts) -> Iterator[str]:
    for field, name in COMPARED.items():
        here, there = getattr(ours, field), getattr(theirs, field)
        if here != there:
            yield f"{name}: {_shown(there)} at Stripe, {_shown(here)} here."


def _unheard(waiting: int) -> Iterator[str]:
    if waiting:
        yield f"Events of Stripe that were not looked up yet: {waiting}."


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return f"{date_format(value, 'DATETIME_FORMAT')} UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value else "none"
