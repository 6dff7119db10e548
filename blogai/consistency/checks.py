"""The checks. They read whole tables, so one worker runs them, and stores what each has found."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import User
from billing import invariants as ledger
from billing.stripe import drift
from blogai.models import ConsistencyCheck
from generation.runs import invariants as runs

STATEMENT_TIMEOUT = "2min"
MAX_LOGGED = 20
"""Lines for each check; `manage.py check_invariants` prints all of them."""

logger = logging.getLogger(__name__)


def run() -> None:
    """Run every check that applies here, and store how many violations each has found."""
    _run("ledger", ledger.broken)
    _run("runs", runs.broken)
    if settings.STRIPE_SECRET_KEY:
        _run("stripe", drifted)


def drifted() -> list[str]:
    """A line for each difference between a subscriber's plan and what Stripe last said of it.

    Three queries for each. Whoever has an event that waits is about to be looked up, and left out.
    """
    subscribers = User.objects.filter(entitlement__fetched_at__isnull=False).select_related("entitlement")
    lines: list[str] = []
    for user in subscribers.iterator():
        comparison = drift.compare(user, user.entitlement)
        if not comparison.waiting:
            lines += [f"user {user.pk}: {difference}" for difference in comparison.differences]
    return lines


def _run(name: str, check: Callable[[], list[str]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
        lines = check()
    for line in lines[:MAX_LOGGED]:
        logger.error("inconsistent: %s", line)
    ConsistencyCheck.objects.update_or_create(
        name=name, defaults={"violations": len(lines), "checked_at": Now()}
    )
