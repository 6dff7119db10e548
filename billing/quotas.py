"""Units of a plan (a post is one), reserved when a run starts and settled or refunded when it ends.

Each function executes one statement, inside the transaction that changes the run. Months and days are in UTC,
and Postgres' `now()` is the only clock. A run counts in the month and day in which its unit was reserved.
"""

from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from billing.models import UsageRecord
from billing.tiers import no_tiers
from blogai.core.errors import QuotaExceeded

# A concurrent statement waits for the row and then sees what the first one left. `greatest`: a transaction
# from before midnight that had to wait for one from after midnight counts in the newer day.
RESERVE = """
WITH plan AS (
    SELECT coalesce(posts_per_month, 'infinity'::float8) AS per_month,
        coalesce(posts_per_day, 'infinity'::float8) AS per_day
    FROM tier_limits
    WHERE tier = coalesce((SELECT tier FROM entitlements WHERE user_id = %(user)s), 'free')
), taken AS (
    INSERT INTO user_quotas AS quota
        (user_id, month, month_used, month_reserved, day, day_used, day_reserved)
    SELECT %(user)s, date_trunc('month', now() AT TIME ZONE 'UTC')::date, 0, %(units)s,
        (now() AT TIME ZONE 'UTC')::date, 0, %(units)s
    FROM plan
    WHERE %(units)s <= least(per_month, per_day)
    ON CONFLICT (user_id, month) DO UPDATE SET
        month_reserved = quota.month_reserved + excluded.month_reserved,
        day = greatest(quota.day, excluded.day),
        day_used = CASE WHEN quota.day < excluded.day THEN 0 ELSE quota.day_used END,
        day_reserved = CASE WHEN quota.day < excluded.day THEN 0 ELSE quota.day_reserved END
            + excluded.day_reserved
    WHERE quota.month_used + quota.month_reserved + excluded.month_reserved
            <= (SELECT per_month FROM plan)
        AND (quota.day < excluded.day
            OR quota.day_used + quota.day_reserved + excluded.day_reserved <= (SELECT per_day FROM plan))
    RETURNING month, day
)
INSERT INTO usage_records (user_id, run_id, for_run, kind, units, month, day)
SELECT %(user)s, %(run)s, %(for_run)s, 'reserve', %(units)s, month, day FROM taken
"""

# There are counters only for the newest day, so those of an older day need no correction.
END = """
WITH ended AS (
    INSERT INTO usage_records (user_id, run_id, for_run, kind, units, month, day)
    SELECT user_id, run_id, for_run, %(kind)s, units, month, day FROM usage_records
    WHERE run_id = %(run)s AND kind = 'reserve'
    ON CONFLICT (run_id) WHERE kind IN ('refund', 'settle') DO NOTHING
    RETURNING user_id, month, day, units, CASE kind WHEN 'settle' THEN units ELSE 0 END AS settled
)
UPDATE user_quotas AS quota SET
    month_reserved = quota.month_reserved - units,
    month_used = quota.month_used + settled,
    day_reserved = quota.day_reserved - CASE WHEN quota.day = ended.day THEN units ELSE 0 END,
    day_used = quota.day_used + CASE WHEN quota.day = ended.day THEN settled ELSE 0 END
FROM ended
WHERE quota.user_id = ended.user_id AND quota.month = ended.month
"""

USAGE = """
WITH clock AS (
    SELECT now() AT TIME ZONE 'UTC' AS utc
), plan AS (
    SELECT tier, posts_per_month, posts_per_day FROM tier_limits
    WHERE tier = coalesce((SELECT tier FROM entitlements WHERE user_id = %(user)s), 'free')
)
SELECT tier,
    (date_trunc('month', utc) + interval '1 month') AT TIME ZONE 'UTC',
    coalesce(month_used, 0), coalesce(month_reserved, 0), posts_per_month,
    (date_trunc('day', utc) + interval '1 day') AT TIME ZONE 'UTC',
    CASE WHEN day >= utc::date THEN day_used ELSE 0 END,
    CASE WHEN day >= utc::date THEN day_reserved ELSE 0 END, posts_per_day
FROM plan CROSS JOIN clock
LEFT JOIN user_quotas ON user_id = %(user)s AND month = date_trunc('month', utc)::date
"""


class PeriodUsage(TypedDict):
    """Units of a month or a day; a `limit` of None means unlimited."""

    used: int
    reserved: int
    limit: int | None


class Usage(TypedDict):
    """Usage in the current month and day. `resets_at` is the start of the next month."""

    tier: str
    resets_at: datetime
    month: PeriodUsage
    day: PeriodUsage


def reserve(user: User, run_id: UUID, units: int = 1, *, for_run: UUID | None = None) -> None:
    """Reserve the run's units in this month and this day.

    Raises QuotaExceeded, and changes nothing, when either has too few left. A second reservation with the
    same id is an IntegrityError, even after a refund: a retry reserves with a new id, and the same `for_run`.
    """
    while not _changed(RESERVE, user=user.pk, run=run_id, units=units, for_run=for_run):
        _, refusal = preview(user, units)
        if refusal:  # otherwise units were released a moment ago
            raise refusal


def settle(run_id: UUID) -> bool:
    """Turn the run's reserved units into used ones. False if they had been settled or refunded already."""
    return _changed(END, run=run_id, kind="settle")


def refund(run_id: UUID) -> bool:
    """Release the run's reserved units. False if they had been settled or refunded already."""
    return _changed(END, run=run_id, kind="refund")


def state_of(run_id: UUID) -> Literal["reserved", "settled", "refunded"]:
    """The state of the run's units. One query."""
    ends = UsageRecord.objects.filter(run_id=run_id).exclude(kind=UsageRecord.Kind.RESERVE)
    end = ends.values_list("kind", flat=True).first()
    if end is None:
        return "reserved"
    return "refunded" if end == UsageRecord.Kind.REFUND else "settled"


def usage(user: User) -> Usage:
    """What the user has used and reserved of their plan."""
    return _usage(user)[0]


def preview(user: User, units: int = 1) -> tuple[Usage, QuotaExceeded | None]:
    """The usage, and the error that `reserve` would raise for that many units; None if there are enough."""
    now, next_day = _usage(user)
    for taken, period, resets_at in (
        (now["month"], "this month", now["resets_at"]),
        (now["day"], "today", next_day),
    ):
        used, limit = taken["used"] + taken["reserved"], taken["limit"]
        if limit is not None and used + units > limit:
            return now, QuotaExceeded(
                f"Your {now['tier']} plan has {_left(limit - used, period, units)}: "
                f"{used} of {limit} are taken. More from {resets_at:%-d %B %Y}, 00:00 UTC.",
                tier=now["tier"],
                used=used,
                limit=limit,
                resets_at=resets_at,
                upgrade_url=f"{settings.PUBLIC_URL.rstrip('/')}/#plans",
            )
    return now, None


def records_of(user: User) -> QuerySet[UsageRecord]:
    """The user's ledger."""
    return UsageRecord.objects.filter(user=user)


def _changed(statement: str, **values: UUID | str | int | None) -> bool:
    """Execute the statement; whether it changed a row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: int = cursor.rowcount
    return rows == 1


def _usage(user: User) -> tuple[Usage, datetime]:
    """The usage, and the start of the next day."""
    with connection.cursor() as cursor:
        cursor.execute(USAGE, {"user": user.pk})
        row = cursor.fetchone()
    if row is None:
        raise no_tiers()
    tier, next_month, *month, next_day, day_used, day_reserved, per_day = row
    used, reserved, per_month = month
    return Usage(
        tier=tier,
        resets_at=next_month,
        month=PeriodUsage(used=used, reserved=reserved, limit=per_month),
        day=PeriodUsage(used=day_used, reserved=day_reserved, limit=per_day),
    ), next_day


def _left(left: int, period: str, units: int) -> str:
    if left <= 0:
        return f"no posts left {period}"
    return f"{left} {'post' if left == 1 else 'posts'} left {period}, and this needs {units}"
