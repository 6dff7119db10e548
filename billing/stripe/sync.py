"""Looks a customer up at Stripe, and writes what their subscription is now.

A look is of everything that a user has at Stripe: their customers, usually one, and the subscriptions of
these. It is dated by Postgres' clock before the first call, so that of two looks at once the newer one wins,
whichever is written last. No connection and no transaction is open during a call.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import stripe
from django.db import connection, transaction

from accounts.models import User
from billing.entitlements import SUBSCRIBED
from billing.models import Entitlement
from billing.stripe import events, mirror
from billing.stripe.client import Client, asking
from billing.stripe.subscriptions import Facts, facts_of, prices_of
from blogai.core.db import in_database

SUBSCRIBER = "djstripe_subscriber"
"""The key in a customer's metadata with the id of our user, as dj-stripe writes it."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Look:
    """What Stripe said about a user."""

    fetched_at: datetime
    user: User
    customer_ids: list[str]
    subscriptions: list[stripe.Subscription] = field(default_factory=list)


async def sync_customer(customer_id: str) -> None:
    """Raises StripeFailed. Ends quietly for a customer that Stripe or we do not know."""
    fetched_at = await in_database(_now)()
    async with asking() as client:
        customer = await client.customer(customer_id)
        user = await in_database(_user_of)(customer_id, customer)
        if customer is None or user is None:
            logger.info("customer %s is unknown %s", customer_id, "here" if customer else "to Stripe")
            await in_database(events.mark_processed)([customer_id], fetched_at)
            return
        if not await in_database(mirror.knows_our_account)():
            account = await client.account()
            if account is not None:
                await in_database(mirror.store_account)(account)
        await in_database(mirror.store_customer)(customer, user)
        look = Look(fetched_at, user, await in_database(mirror.customers_of)(user.pk))
        for each in look.customer_ids:
            look.subscriptions += await client.subscriptions(each)
        await _store_prices(client, look)
    await in_database(write)(look, customer_id)


async def _store_prices(client: Client, look: Look) -> None:
    """The subscriptions refer to them, and they to their products."""
    prices = prices_of(look.subscriptions)
    products = {str(price.product) for price in prices}
    for product_id in sorted(await in_database(mirror.unknown_products)(products)):
        await in_database(mirror.store_product)(await client.product(product_id))
    await in_database(mirror.store_prices)(prices)


@transaction.atomic
def write(look: Look, customer_id: str) -> None:
    """Write what the look has found, unless a newer one has been written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"stripe {look.user.pk}"])
    before = Entitlement.objects.filter(user=look.user).first() or Entitlement()
    if before.fetched_at is None or before.fetched_at < look.fetched_at:
        for subscription in look.subscriptions:
            mirror.store_subscription(subscription)
        _write_entitlement(look, before, facts_of(look.subscriptions))
    events.mark_processed({*look.customer_ids, customer_id}, look.fetched_at)


def _write_entitlement(look: Look, before: Entitlement, facts: Facts) -> None:
    was_subscribed = _is_subscribed(look.user)
    past_due = facts.status == Entitlement.Status.PAST_DUE
    Entitlement.objects.update_or_create(
        user=look.user,
        defaults={
            "subscribed_tier_id": facts.tier or None,
            "status": facts.status,
            "period_end": facts.period_end,
            "cancel_at_period_end": facts.cancel_at_period_end,
            "past_due_since": (before.past_due_since or look.fetched_at) if past_due else None,
            "fetched_at": look.fetched_at,
        },
    )
    if not was_subscribed and _is_subscribed(look.user):
        Entitlement.objects.filter(user=look.user).update(anchor=facts.period_start)


def _is_subscribed(user: User) -> bool:
    """Whether the user's subscription gives a plan at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM entitlements WHERE user_id = %s AND ({SUBSCRIBED}) IS NOT NULL",  # noqa: S608 (constant)
            [user.pk],
        )
        return cursor.fetchone() is not None


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def _user_of(customer_id: str, customer: stripe.Customer | None) -> User | None:
    """Whose customer it is: as we have stored it, else as its metadata say."""
    user_id = mirror.owner_of(customer_id) or _named_by(customer)
    return User.objects.filter(pk=user_id).first() if user_id else None


def _named_by(customer: stripe.Customer | None) -> UUID | None:
    metadata = getattr(customer, "metadata", None)
    try:
        return UUID(metadata[SUBSCRIBER]) if metadata and SUBSCRIBER in metadata else None
    except ValueError:
        return None
