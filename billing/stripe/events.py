"""The table of Stripe's events: each is stored once, and processed when its customer was looked up after."""

import json
import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Now
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.models import StripeEvent
from blogai.core.body import UNSTORABLE
from blogai.core.errors import Malformed

HANDLED = {
    "checkout.session.completed",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_succeeded",
}
"""All of them mean the same: look this customer up."""
KEPT = (
    *("id", "object", "status", "cancel_at_period_end", "canceled_at", "ended_at", "mode", "payment_status"),
    *("billing_reason", "attempt_count", "amount_due", "amount_paid", "currency"),
)
"""What is stored of the object that an event is about: neither card nor name nor address."""
KEPT_FOR = timedelta(days=30)
STALE_AFTER = timedelta(minutes=15)
"""A job takes seconds: what is still not processed after this time may have lost its job, or all attempts."""
PRIORITY = 1
"""Above that of runs: somebody who has just paid is waiting."""
A_SECOND = 5
"""Customers that are looked up in the background each second: two calls each, of 25 that Stripe allows."""
IDENTIFIER = re.compile(r"[A-Za-z0-9_]{1,255}")


def from_json(data: dict[str, Any]) -> StripeEvent | None:
    """The event, not stored yet; None if there is nothing to do about it. Raises Malformed."""
    about = data.get("data", {}).get("object") if isinstance(data.get("data"), dict) else None
    created = data.get("created")
    if data.get("object") != "event" or not isinstance(about, dict) or type(created) is not int:
        raise Malformed("The body isn’t a Stripe event.")
    if data.get("type") not in HANDLED:
        return None
    if about.get("customer") is None:
        return None
    if not 0 <= created < 2**33:
        raise Malformed("The event has a creation time Stripe would never send.")
    return StripeEvent(
        id=_identifier(data.get("id")),
        type=data["type"],
        created=datetime.fromtimestamp(created, UTC),
        customer_id=_identifier(about["customer"]),
        payload={name: value for name in KEPT if _is_plain(value := about.get(name))},
    )


def store(event: StripeEvent) -> bool:
    """Whether it is new. Whoever comes at once with the same event waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stripe_events (id, type, created, customer_id, payload) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [event.id, event.type, event.created, event.customer_id, json.dumps(event.payload)],
        )
        return bool(cursor.rowcount == 1)


def defer_sync(customer_id: str, event_id: str = "") -> None:
    """Queue a look at the customer, in the caller's transaction; needless once the event is processed."""
    job = app.configure_task("sync_stripe_customer", priority=PRIORITY)
    job.defer(customer_id=customer_id, event_id=event_id)


def defer_end_of_payments(customer_id: str) -> None:
    """Queue that nothing more is paid for by the customer, whose account is closed."""
    app.configure_task("end_stripe_payments", priority=PRIORITY).defer(customer_id=customer_id)


def defer_syncs(customer_ids: Sequence[str]) -> None:
    """Queue lookups that nobody waits for, a few a second: Stripe limits our calls, and runs come first."""
    for place, customer_id in enumerate(customer_ids):
        job = app.configure_task(
            "sync_stripe_customer", priority=-1, schedule_in={"seconds": place // A_SECOND}
        )
        job.defer(customer_id=customer_id)


def is_processed(event_id: str) -> bool:
    return StripeEvent.objects.filter(id=event_id).exclude(processed_at=None).exists()


def unprocessed_invoices(customer_ids: Collection[str], before: datetime) -> list[str]:
    """The ids of the invoices that these customers' new events are about."""
    waiting = StripeEvent.objects.filter(
        customer_id__in=customer_ids, processed_at=None, received_at__lte=before, payload__object="invoice"
    )
    ids = waiting.values_list("payload__id", flat=True).distinct()
    return [each for each in ids if isinstance(each, str) and IDENTIFIER.fullmatch(each)]


def mark_processed(customer_ids: Collection[str], before: datetime) -> None:
    """Of these customers, the events received before a look at them began."""
    StripeEvent.objects.filter(
        customer_id__in=customer_ids, processed_at=None, received_at__lte=before
    ).update(processed_at=Now())


def neglected_customers() -> list[str]:
    """Whose events have lost their job, or all its attempts."""
    waiting = ProcrastinateJob.objects.filter(task_name="sync_stripe_customer", status__in=["todo", "doing"])
    jobs = waiting.alias(customer_id=KT("args__customer_id")).filter(customer_id=OuterRef("customer_id"))
    old = StripeEvent.objects.filter(processed_at=None, received_at__lt=Now() - STALE_AFTER)
    return list(old.exclude(Exists(jobs)).values_list("customer_id", flat=True).distinct())


def purge() -> int:
    """Delete events that are too old to be of use; returns how many."""
    return StripeEvent.objects.filter(received_at__lt=Now() - KEPT_FOR).delete()[0]


def _identifier(value: object) -> str:
    if isinstance(value, str) and IDENTIFIER.fullmatch(value):
        return value
    raise Malformed("The event or its customer has an id Stripe would never send.")


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= 255 and not UNSTORABLE.search(value)
    return isinstance(value, int | float) and abs(value) < 2**53
