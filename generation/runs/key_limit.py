"""The cost limit of an API key: what the runs that it starts may cost in a calendar month (UTC).

Each open run holds the rest of its own limit, so that runs under way cannot together pass the key's. Keys
that were rotated share one limit: a run knows the first of them.
"""

import uuid
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal

from django.db import connection
from django.db.models import DecimalField
from django.db.models.expressions import RawSQL
from django.utils.formats import date_format

from accounts import api_keys
from accounts.callers import Caller
from blogai.core.errors import CostLimitReached, PermissionDenied
from generation.models import Run

SMALLEST = Decimal("0.0001")
"""US dollars: the smallest limit of a run."""

SPENT = """
coalesce((
    SELECT sum(cost_usd) FROM runs JOIN llm_calls ON run_id = runs.id
    WHERE api_key_id = %s
    AND llm_calls.created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
), 0)
"""
HELD = """
coalesce((
    SELECT sum(greatest(0, max_cost_usd - coalesce((
        SELECT sum(cost_usd) FROM llm_calls WHERE run_id = runs.id
    ), 0)))
    FROM runs WHERE api_key_id = %s AND finished_at IS NULL
), 0)
"""


def is_limited(caller: Caller | None) -> bool:
    """Whether a limit of the caller's key holds for what it starts. Test runs cost nothing."""
    return caller is not None and caller.monthly_cost_limit_usd is not None and not caller.test


def what_is_left(caller: Caller) -> RawSQL:
    """US dollars, for an INSERT. Locks the key: what is left stays so until the transaction ends."""
    key = _lock(caller)
    return RawSQL(  # noqa: S611 (constants)
        f"(SELECT trunc(%s - {SPENT} - {HELD}, 4))",
        (caller.monthly_cost_limit_usd, key, key),
        output_field=DecimalField(max_digits=9, decimal_places=4),
    )


def left(caller: Caller) -> Decimal:
    """US dollars. Locks the key as `what_is_left` does. Raises CostLimitReached when it is nothing."""
    key = _lock(caller)
    spent, held = _spent_and_held(key)
    rest = (_limit_of(caller) - spent - held).quantize(SMALLEST, ROUND_DOWN)
    if rest < SMALLEST:
        raise reached(caller)
    return rest


def reached(caller: Caller) -> CostLimitReached:
    """The error for a key whose limit leaves nothing for another run."""
    spent, held = _spent_and_held(_first_key(caller))
    waiting = f", and ${held:.2f} is reserved for runs in progress" if held else ""
    return CostLimitReached(
        f"This API key may spend ${_limit_of(caller):.2f} a month: ${spent:.2f} is "
        f"spent{waiting}. Raise its limit, or wait until {date_format(_next_month())}, 12:00 AM UTC."
    )


def require_may_spend(caller: Caller | None, run: Run) -> None:
    """Raises PermissionDenied for a key that may not spend on this run, which another one started.

    A test key costs nothing, and a key with a limit pays for no run that is not counted in it.
    """
    if caller is None:
        return
    if caller.test and not run.test:
        raise PermissionDenied("A test key works only with test runs. Use a live key for this run.")
    if is_limited(caller) and run.api_key_id != caller.first_key_id and not run.test:
        raise PermissionDenied("This API key has its own cost limit, so it works only with runs it started.")


def _lock(caller: Caller) -> uuid.UUID:
    key = _first_key(caller)
    api_keys.lock_spending(key)
    return key


def _first_key(caller: Caller) -> uuid.UUID:
    assert caller.first_key_id is not None  # noqa: S101 (only keys have limits)
    return caller.first_key_id


def _limit_of(caller: Caller) -> Decimal:
    assert caller.monthly_cost_limit_usd is not None  # noqa: S101 (asked for limited keys only)
    return caller.monthly_cost_limit_usd


def _spent_and_held(key: uuid.UUID) -> tuple[Decimal, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SPENT}, {HELD}", (key, key))
        spent, held = cursor.fetchone()
    return spent, held


def _next_month() -> datetime:
    now = datetime.now(UTC)
    return datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
