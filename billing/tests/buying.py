"""What tests of buying share: a set-up account at the simulated Stripe, and going through its pages."""

from copy import copy
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db.models import Model
from django.test import Client
from djstripe.models import Account, Price, Product
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.models import CheckoutOrder
from billing.simulated import SimulatedStripe
from billing.stripe import tasks
from billing.stripe.setup import SetUp

JOBS: dict[str, Any] = {
    "sync_stripe_customer": tasks.sync_stripe_customer,
    "close_stripe_customer": tasks.close_stripe_customer,
    "end_stripe_payments": tasks.end_stripe_payments,
}


TABLES: tuple[type[Model], ...] = (Account, Product, Price)
"""What the set-up writes into, in an order in which it can be inserted."""
_set_up: dict[str, tuple[bytes, list[list[Model]]]] = {}
"""By the settings that it reads: what Stripe has after it, and what these tables have."""


def set_up_once(stripe: SimulatedStripe) -> None:
    """What `set_up` leaves at Stripe and in our tables. It runs once in a session: that takes 0.3 seconds."""
    reads = repr((settings.STRIPE_PRICE_IDS, settings.STRIPE_LIVE_MODE, settings.PUBLIC_URL))
    if reads not in _set_up:
        set_up()
        _set_up[reads] = stripe.store.serialized(), [list(each._base_manager.all()) for each in TABLES]
        return
    at_stripe, rows = _set_up[reads]
    stripe.store.deserialize(at_stripe)
    for table, of_table in zip(TABLES, rows, strict=True):
        table._base_manager.bulk_create(copy(row) for row in of_table)


def set_up(**options: Any) -> list[str]:
    """Run the set-up; returns what it said."""
    said: list[str] = []
    async_to_sync(SetUp(say=said.append, **options).run)()
    return said


def work() -> int:
    """Do the jobs that wait, as a worker would; returns how many there were."""
    jobs = ProcrastinateJob.objects.filter(status="todo", task_name__in=JOBS)
    for job in jobs:
        async_to_sync(JOBS[job.task_name].func)(**job.args)
        ProcrastinateJob.objects.filter(pk=job.pk).delete()
    return len(jobs)


def choose(browser: Client, tier: str = "pro", interval: str = "month") -> Any:
    """Press the button of a plan."""
    return browser.post("/billing/checkout", {"tier": tier, "interval": interval})


def buy(stripe: SimulatedStripe, browser: Client, tier: str = "pro", interval: str = "month") -> str:
    """Choose a plan and pay for it; the webhook and its job follow. Returns the subscription's id."""
    assert choose(browser, tier, interval).status_code == 303
    session = stripe.pay(CheckoutOrder.objects.latest("created_at").session_id)
    stripe.deliver()
    work()
    return str(session["subscription"])
