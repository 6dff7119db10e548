"""Looks a customer up at Stripe, and stores what their subscription is now.

A look covers everything that a user has at Stripe: their customers, usually one, and all their subscriptions.
It gets its time from Postgres' clock before the first call, so that of two looks at the same time the newer
one wins, whichever is written last. No connection and no transaction is open during a call.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import stripe
from django.db import connection, transaction

from accounts.models import User
from billing.entitlements import SUBSCRIBED
from billing.models import Entitlement
from billing.stripe import events, invoice_notices, mirror, orders
from billing.stripe.client import Client, StripeMissing, asking
from billing.stripe.subscriptions import LIVE, Facts, facts_of, goes_on, next_price, prices_of
from blogai.core.db import in_database

SUBSCRIBER = "djstripe_subscriber"
"""The key in a customer's metadata with the id of our user, as dj-stripe writes it."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Look:
    """What Stripe said about a user."""

    fetched_at: datetime
    user: User
    customer_ids: list[str] = field(default_factory=list)
    subscriptions: list[stripe.Subscription] = field(default_factory=list)
    next_prices: dict[str, str] = field(default_factory=dict)
    """By subscription, the price from the next period on, where a change is scheduled."""
    invoices: list[stripe.Invoice] = field(default_factory=list)
    """Those of new events."""


async def sync_customer(customer_id: str) -> None:
    """Raises StripeFailed. Ends quietly for a customer that Stripe or we do not know."""
    async with asking() as client:
        await look_up(client, customer_id)


async def look_up(client: Client, customer_id: str) -> Look | None:
    """What Stripe says of the customer's user, which is written; None for a customer of nobody.

    Raises StripeFailed.
    """
    fetched_at = await in_database(_now)()
    customer = await client.customer(customer_id)
    user = await in_database(_user_of)(customer_id, customer)
    if customer is None or user is None:
        logger.info("customer %s is unknown %s", customer_id, "here" if customer else "to Stripe")
        await in_database(events.mark_processed)([customer_id], fetched_at)
        return None
    if not await in_database(mirror.knows_our_account)():
        account = await client.account()
        if account is not None:
            await in_database(mirror.store_account)(account)
    await in_database(mirror.store_customer)(customer, user)
    look = Look(fetched_at, user)
    for each in await in_database(mirror.customers_of)(user.pk):
        with suppress(StripeMissing):  # as with the key of another account
            look.subscriptions += await client.subscriptions(each)
            look.customer_ids.append(each)
    await _store_prices(client, look)
    for subscription in look.subscriptions:
        if subscription.status in LIVE and subscription.schedule:
            schedule = await client.schedule(str(subscription.schedule))
            look.next_prices[subscription.id] = next_price(schedule)
    await _add_invoices(client, look)
    await in_database(write)(look, customer_id)
    return look


async def _store_prices(client: Client, look: Look) -> None:
    """The subscriptions refer to them, and they to their products."""
    prices = prices_of(look.subscriptions)
    products = {str(price.product) for price in prices}
    for product_id in sorted(await in_database(mirror.unknown_products)(products)):
        await in_database(mirror.store_product)(await client.product(product_id))
    await in_database(mirror.store_prices)(prices)


async def _add_invoices(client: Client, look: Look) -> None:
    ids = await in_database(events.unprocessed_invoices)(look.customer_ids, look.fetched_at)
    for invoice_id in sorted(ids):
        invoice = await client.invoice(invoice_id)
        if invoice is not None and invoice.customer in look.customer_ids:
            look.invoices.append(invoice)


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
        orders.mark_paid(look.user, look.subscriptions)
    for invoice in look.invoices:
        invoice_notices.tell(look.user, invoice)
    if not look.user.is_active and any(goes_on(each) for each in look.subscriptions):
        events.defer_end_of_payments(customer_id)  # paid for while the account was being closed
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
            "subscription_id": facts.subscription_id,
            "price_id": facts.price_id,
            "next_price_id": look.next_prices.get(facts.subscription_id, ""),
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
