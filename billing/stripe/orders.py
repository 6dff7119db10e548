"""The table of orders: who is about to buy which plan, and which request may talk to Stripe about it."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import stripe
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from billing.models import CheckoutOrder, Entitlement
from billing.stripe.catalogue import Offer
from billing.stripe.client import metadata_of

ORDER = "blogai_order"
"""The key in the metadata of a subscription with the order that it fulfils."""
CLAIM = timedelta(seconds=45)
"""A request that talks to Stripe gives up before that and says so; if it dies, others take over after it."""
LIFETIME = timedelta(hours=20)
"""Stripe forgets an idempotency key, and closes a page for paying, after a day."""

UNPAID = (Entitlement.Status.INCOMPLETE, Entitlement.Status.INCOMPLETE_EXPIRED)
"""A subscription whose first payment has not come."""


def open_for(user: User, offer: Offer) -> CheckoutOrder | None:
    """The user's open order: a new one for the offer, unless there is one already, whatever for.

    None if the open one is being closed at this moment.
    """
    mine = CheckoutOrder.objects.filter(user=user, status=CheckoutOrder.Status.OPEN)
    order = CheckoutOrder(user=user, tier_id=offer.tier, interval=offer.interval, price_id=offer.price_id)
    CheckoutOrder.objects.bulk_create([order], ignore_conflicts=True)  # of ten at once one is inserted
    return mine.first()


def claim(order: CheckoutOrder) -> bool:
    """Whether the caller alone may talk to Stripe about the order, until `release`."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=Now())
    mine = CheckoutOrder.objects.filter(free, pk=order.pk, status=CheckoutOrder.Status.OPEN)
    return mine.update(claimed_until=Now() + CLAIM) == 1


def release(order: CheckoutOrder) -> None:
    CheckoutOrder.objects.filter(pk=order.pk).update(claimed_until=None)


def is_old(order: CheckoutOrder) -> bool:
    return CheckoutOrder.objects.filter(pk=order.pk, created_at__lt=Now() - LIFETIME).exists()


def keep_session(order: CheckoutOrder, session: stripe.checkout.Session) -> None:
    """Note the page at Stripe on which the order is paid."""
    CheckoutOrder.objects.filter(pk=order.pk).update(session_id=session.id, url=session.url or "")


def close(order: CheckoutOrder) -> None:
    """Close the order, which can no longer be paid; the next one gets its own id."""
    CheckoutOrder.objects.filter(pk=order.pk, status=CheckoutOrder.Status.OPEN).update(
        status=CheckoutOrder.Status.CLOSED
    )


def mark_paid(user: User, subscriptions: Iterable[stripe.Subscription]) -> None:
    """Those that the subscriptions have come from."""
    named = [metadata_of(each).get(ORDER, "") for each in subscriptions if each.status not in UNPAID]
    paid = CheckoutOrder.objects.filter(user=user, pk__in=[name for name in named if _is_uuid(name)])
    paid.exclude(status=CheckoutOrder.Status.PAID).update(status=CheckoutOrder.Status.PAID)


def is_paid(order: CheckoutOrder) -> bool:
    """By now."""
    return CheckoutOrder.objects.filter(pk=order.pk, status=CheckoutOrder.Status.PAID).exists()


def order_of(user: User, session_id: str) -> CheckoutOrder | None:
    """The user's own order that is paid on that page."""
    return CheckoutOrder.objects.filter(user=user, session_id=session_id).exclude(session_id="").first()


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
