"""This app's part of an export. Imported by BillingConfig.ready.

An erasure needs nothing from this app: everything is deleted with the user's row, except the ledger and its
sums, which stay under an id that no longer points to anybody, and what is at Stripe
(`billing.stripe.closing`).
"""

from collections.abc import Iterator
from typing import Any

from django.dispatch import receiver
from djstripe.models import Customer, Subscription

from accounts.archive import Archive, in_chunks
from accounts.models import User
from accounts.signals import export_data
from billing.models import CheckoutOrder, Entitlement, Notice, UsageNoticesOff, UsageRecord, UserQuota

LEDGER = (
    *("id", "created_at", "kind", "meter", "units", "run_id", "for_run", "period_start", "day"),
    *("input_tokens", "output_tokens", "cost_usd", "reason"),
)
STRIPES_OWN = ("djstripe_owner_account",)
"""Columns of dj-stripe that say nothing about the customer."""


@receiver(export_data)
def export(user: User, archive: Archive, **_: Any) -> Iterator[None]:
    yield from archive.table(
        "plan.json",
        Entitlement,
        Entitlement.objects.filter(user=user),
        leave_out=("given_by", "cost_limit_usd"),
    )
    yield from archive.table("usage.json", UserQuota, in_chunks(UserQuota.objects.filter(user=user)))
    yield from archive.csv(
        "ledger.csv", UsageRecord, in_chunks(UsageRecord.objects.filter(user=user)), LEDGER
    )
    yield from archive.table(
        "stripe_customers.json",
        Customer,
        in_chunks(Customer.objects.filter(subscriber=user)),
        leave_out=STRIPES_OWN,
    )
    yield from archive.table(
        "stripe_subscriptions.json",
        Subscription,
        in_chunks(Subscription.objects.filter(customer__subscriber=user)),
        leave_out=STRIPES_OWN,
    )
    yield from archive.table(
        "orders.json",
        CheckoutOrder,
        in_chunks(CheckoutOrder.objects.filter(user=user)),
        leave_out=("url", "claimed_until"),
    )
    yield from archive.table("billing_notices.json", Notice, in_chunks(Notice.objects.filter(user=user)))
    yield from archive.table(
        "usage_notices_off.json", UsageNoticesOff, UsageNoticesOff.objects.filter(user=user)
    )
