"""The jobs about Stripe. Their names and arguments are stored in the queue."""

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from billing.stripe import events, mirror, prices
from billing.stripe.closing import close_customer, end_payments
from billing.stripe.sync import sync_customer
from blogai.core.db import in_database

RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)
"""Waits of 4 s, 16 s, 1 min, 4 min and 17 min; then it is taken up again every quarter of an hour."""

RETRY_FOR_DAYS = RetryStrategy(max_attempts=10, exponential_wait=4)
"""Nobody else ends what an account pays for that is closed or gone: the last of the waits is three days."""


@app.task(name="sync_stripe_customer", retry=RETRY)
async def sync_stripe_customer(*, customer_id: str, event_id: str = "") -> None:
    """Look the customer up. With an event: unless somebody has looked since it came."""
    if not (event_id and await in_database(events.is_processed)(event_id)):
        await sync_customer(customer_id)


@app.task(name="close_stripe_customer", retry=RETRY_FOR_DAYS)
async def close_stripe_customer(*, customer_id: str) -> None:
    await close_customer(customer_id)


@app.task(name="end_stripe_payments", retry=RETRY_FOR_DAYS)
async def end_stripe_payments(*, customer_id: str) -> None:
    await end_payments(customer_id)


async def sync_neglected(timestamp: int) -> None:
    """Queue events again whose job was lost or has failed."""
    await in_database(events.defer_syncs)(await in_database(events.neglected_customers)())


async def sync_all(timestamp: int) -> None:
    """Look up every subscriber, in case an event never came; and forget old events."""
    await in_database(events.purge)()
    await in_database(events.defer_syncs)(await in_database(mirror.customers_with_subscription)())


async def refresh_prices(timestamp: int) -> None:
    """What is for sale: prices that are new in the settings, were archived, or have got a successor."""
    await prices.refresh()


if settings.STRIPE_SECRET_KEY:
    app.periodic(cron="*/15 * * * *")(app.task(name="sync_neglected_stripe_events")(sync_neglected))
    app.periodic(cron="17 3 * * *")(app.task(name="sync_all_stripe_customers")(sync_all))
    app.periodic(cron="7-59/15 * * * *")(app.task(name="refresh_stripe_prices")(refresh_prices))
