"""Usage over weeks: made by the ledger's own functions, and then moved into the past."""

from datetime import timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import F

from accounts.models import User
from billing import quotas
from billing.models import Meter, TierLimit, UsageRecord
from billing.quotas import Spent

CALLS = Spent(4_000, 7_500, Decimal("0.0231"))


def used(
    user: User,
    *,
    days_ago: int = 0,
    end: Literal["settle", "refund", ""] = "settle",
    spent: Spent = CALLS,
    for_run: UUID | None = None,
    meter: Meter = Meter.POSTS,
) -> UUID:
    """A unit of the current month, which ended `days_ago`; without an `end` it is still held."""
    run = uuid4()
    quotas.reserve(user, run, meter=meter, for_run=for_run or run)
    if end:
        assert {"settle": quotas.settle, "refund": quotas.refund}[end](run, spent)
    if days_ago:
        past = timedelta(days=days_ago)
        UsageRecord.objects.filter(run_id=run).update(day=F("day") - past, created_at=F("created_at") - past)
        with connection.cursor() as cursor:  # of today nothing is used
            cursor.execute("UPDATE user_quotas SET day_used = 0 WHERE user_id = %s", [user.pk])
    return run


def joined(user: User, *, days_ago: int) -> None:
    """Let the user have signed up then, before anything is used."""
    user.date_joined -= timedelta(days=days_ago)
    user.save(update_fields=["date_joined"])


def a_month_passes(user: User) -> None:
    """Move all usage of the user, and the sign-up, a month into the past."""
    with connection.cursor() as cursor:
        for table, columns in (
            ("users", ["date_joined"]),
            ("usage_records", ["period_start", "day", "created_at"]),
            ("user_quotas", ["period_start", "day"]),
        ):
            moved = ", ".join(f"{column} = {column} - interval '1 month'" for column in columns)
            owner = "id" if table == "users" else "user_id"
            cursor.execute(f"UPDATE {table} SET {moved} WHERE {owner} = %s", [user.pk])  # noqa: S608
    user.refresh_from_db()


def without_daily_limit() -> None:
    TierLimit.objects.update(posts_per_day=None)
