"""Ends what an account has at Stripe when the account is closed or deleted.

While it is closed, nothing more is charged, and its owner may come back to what is already paid for. When it
is deleted, its subscriptions end right away, and its customer is deleted.
"""

from typing import Any

from django.dispatch import receiver
from procrastinate.contrib.django import app

from accounts.models import User
from accounts.signals import account_closed
from billing.stripe import events, mirror
from billing.stripe.changes import end_with_period
from billing.stripe.client import asking
from billing.stripe.subscriptions import goes_on
from billing.stripe.sync import look_up
from blogai.core.db import in_database


@receiver(account_closed)
def stop_payments(user: User, **_: Any) -> None:
    for customer_id in mirror.customers_of(user.pk):
        events.defer_end_of_payments(customer_id)


async def end_payments(customer_id: str) -> None:
    """Close the pages on which the customer could pay, and let subscriptions end with what is paid for.

    Unless the account is open again. Raises StripeFailed.
    """
    if not await in_database(_is_closed)(customer_id):
        return
    async with asking() as client:
        for page in await client.open_checkouts(customer_id):
            await client.expire_checkout(page.id)
        for subscription in await client.subscriptions(customer_id):
            if goes_on(subscription):
                await end_with_period(client, subscription)
        await look_up(client, customer_id)


def close_customers(sender: object, instance: User, **_: Any) -> None:
    """Before a user is deleted: a job, in the same transaction, ends what they pay for.

    The job survives a Stripe that is down; the account is gone in any case.
    """
    for customer_id in mirror.all_customers_of(instance.pk):
        job = app.configure_task("close_stripe_customer", priority=events.PRIORITY)
        job.defer(customer_id=customer_id)


async def close_customer(customer_id: str) -> None:
    """End the customer's subscriptions right away, and delete the customer at Stripe and here.

    Stripe keeps the invoices, as the law asks. Raises StripeFailed.
    """
    async with asking() as client:
        customer = await client.customer(customer_id)
        if customer is not None and not getattr(customer, "deleted", False):
            for subscription in await client.subscriptions(customer_id):
                if subscription.status not in {"canceled", "incomplete_expired"}:
                    await client.cancel_subscription(subscription.id)
            for page in await client.open_checkouts(customer_id):
                await client.expire_checkout(page.id)
            await client.delete_customer(customer_id)
    await in_database(mirror.erase_customer)(customer_id)


def _is_closed(customer_id: str) -> bool:
    return User.objects.filter(pk=mirror.owner_of(customer_id), is_active=False).exists()
