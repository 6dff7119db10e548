"""Units of a plan, reserved when work starts and settled or refunded when it ends.

| what | meter | units |
| --- | --- | --- |
| a post | posts | 1 |
| a book | posts | its chapters |
| a run tried again after it failed | posts | the unit that was given back |
| a run tried again after it was stopped with something to read | posts | 0 |
| anything else that asks a model | assists | 1 |

Each function executes one statement, inside the transaction that changes the run. Postgres' `now()` is the
only clock. Days are in UTC, months as `billing.entitlements` counts them. A run counts in the month and day
in which its units were reserved.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypedDict
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from billing.entitlements import plan_of
from billing.models import Meter, UsageRecord
from billing.tiers import no_tiers
from blogai.core.errors import CostLimitReached, QuotaExceeded

PLAN = plan_of("%(user)s")

# A concurrent statement waits for the row and then sees what the first one left. `greatest`: a transaction
# from before midnight that had to wait for one from after midnight counts in the newer day. The limit on
# costs counts what has ended, so runs written at the same time may pass it, each by its own limit at most.
RESERVE = """
WITH current AS (
    {plan}
), plan AS (
    SELECT period_start,
        coalesce({per_month}, 'infinity'::float8) AS per_month,
        coalesce({per_day}, 'infinity'::float8) AS per_day
    FROM current
    WHERE coalesce(
        (SELECT sum(cost_usd) FROM user_quotas
            WHERE user_id = %(user)s AND user_quotas.period_start = current.period_start),
        0
    ) < coalesce(cost_limit, 'infinity')
), taken AS (
    INSERT INTO user_quotas AS quota
        (user_id, meter, period_start, used, reserved, day, day_used, day_reserved)
    SELECT %(user)s, '{meter}', period_start, 0, %(units)s, (now() AT TIME ZONE 'UTC')::date, 0, %(units)s
    FROM plan
    WHERE %(units)s <= least(per_month, per_day) OR EXISTS (
        SELECT FROM user_quotas
        WHERE user_id = %(user)s AND meter = '{meter}' AND user_quotas.period_start = plan.period_start
    )
    ON CONFLICT (user_id, period_start, meter) DO UPDATE SET
        reserved = quota.reserved + excluded.reserved,
        day = greatest(quota.day, excluded.day),
        day_used = CASE WHEN quota.day < excluded.day THEN 0 ELSE quota.day_used END,
        day_reserved = CASE WHEN quota.day < excluded.day THEN 0 ELSE quota.day_reserved END
            + excluded.day_reserved
    WHERE quota.used + quota.reserved + excluded.reserved <= (SELECT per_month FROM plan) + quota.granted
        AND excluded.reserved <= (SELECT per_day FROM plan)
        AND (quota.day < excluded.day
            OR quota.day_used + quota.day_reserved + excluded.day_reserved <= (SELECT per_day FROM plan))
    RETURNING period_start, day
)
INSERT INTO usage_records (user_id, run_id, for_run, kind, meter, units, period_start, day)
SELECT %(user)s, %(run)s, %(for_run)s, 'reserve', '{meter}', %(units)s, period_start, day FROM taken
"""

# There are counters only for the newest day, so those of an older day need no correction. What a run costs
# after its unit was settled (it was stopped, and then went on) is a line of its own.
END = """
WITH reserved AS (
    SELECT user_id, run_id, for_run, meter, units, period_start, day,
        %(input_tokens)s::bigint AS input_tokens, %(output_tokens)s::bigint AS output_tokens,
        %(cost_usd)s::numeric AS cost_usd
    FROM usage_records WHERE run_id = %(run)s AND kind = 'reserve'
), ended AS (
    INSERT INTO usage_records
        (kind, user_id, run_id, for_run, meter, units, period_start, day, input_tokens, output_tokens,
        cost_usd)
    SELECT %(kind)s, reserved.* FROM reserved
    ON CONFLICT (run_id) WHERE kind IN ('refund', 'settle') DO NOTHING
    RETURNING *
), spent AS (
    INSERT INTO usage_records
        (kind, user_id, run_id, for_run, meter, units, period_start, day, input_tokens, output_tokens,
        cost_usd)
    SELECT 'spend', user_id, run_id, for_run, meter, 0, period_start, day, input_tokens, output_tokens,
        cost_usd
    FROM reserved WHERE input_tokens + output_tokens > 0 AND NOT EXISTS (SELECT FROM ended)
    RETURNING *
), line AS (
    SELECT *, CASE kind WHEN 'settle' THEN units ELSE 0 END AS settled FROM ended
    UNION ALL SELECT *, 0 FROM spent
)
UPDATE user_quotas AS quota SET
    reserved = quota.reserved - units,
    used = quota.used + settled,
    cost_usd = quota.cost_usd + line.cost_usd,
    day_reserved = quota.day_reserved - CASE WHEN quota.day = line.day THEN units ELSE 0 END,
    day_used = quota.day_used + CASE WHEN quota.day = line.day THEN settled ELSE 0 END
FROM line
WHERE quota.user_id = line.user_id AND quota.meter = line.meter AND quota.period_start = line.period_start
RETURNING kind <> 'spend'
"""

GRANT = f"""
WITH plan AS (
    {PLAN}
), taken AS (
    INSERT INTO user_quotas AS quota
        (user_id, meter, period_start, used, reserved, granted, day, day_used, day_reserved)
    SELECT %(user)s, %(meter)s, period_start, 0, 0, %(units)s, (now() AT TIME ZONE 'UTC')::date, 0, 0
    FROM plan
    ON CONFLICT (user_id, period_start, meter) DO UPDATE SET granted = quota.granted + excluded.granted
    RETURNING period_start
)
INSERT INTO usage_records (user_id, run_id, kind, meter, units, period_start, day, reason, actor_id)
SELECT %(user)s, gen_random_uuid(), 'grant', %(meter)s, %(units)s, period_start,
    (now() AT TIME ZONE 'UTC')::date, %(reason)s, %(actor)s
FROM taken
"""  # noqa: S608 (constants)

USAGE = f"""
WITH plan AS (
    {PLAN}
), clock AS (
    SELECT now() AT TIME ZONE 'UTC' AS utc
), taken AS (
    SELECT user_quotas.* FROM user_quotas JOIN plan USING (period_start) WHERE user_id = %(user)s
)
SELECT tier, plan.period_end,
    coalesce(posts.used, 0), coalesce(posts.reserved, 0), posts_per_month + coalesce(posts.granted, 0),
    (date_trunc('day', utc) + interval '1 day') AT TIME ZONE 'UTC',
    CASE WHEN posts.day >= utc::date THEN posts.day_used ELSE 0 END,
    CASE WHEN posts.day >= utc::date THEN posts.day_reserved ELSE 0 END,
    posts_per_day,
    coalesce(assists.used, 0), coalesce(assists.reserved, 0),
    assists_per_month + coalesce(assists.granted, 0),
    coalesce((SELECT sum(cost_usd) FROM taken), 0), cost_limit
FROM plan CROSS JOIN clock
LEFT JOIN taken AS posts ON posts.meter = 'posts'
LEFT JOIN taken AS assists ON assists.meter = 'assists'
"""  # noqa: S608 (constants)


_LIMITS = {Meter.POSTS: ("posts_per_month", "posts_per_day"), Meter.ASSISTS: ("assists_per_month", "NULL")}
_RESERVE = {
    meter: RESERVE.format(plan=PLAN, meter=meter, per_month=per_month, per_day=per_day)
    for meter, (per_month, per_day) in _LIMITS.items()
}


@dataclass(frozen=True, slots=True)
class Spent:
    """What the model calls of a run came to since its last line in the ledger; the cost is in US dollars."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal()


class PeriodUsage(TypedDict):
    """Units of a month or a day; a `limit` of None means unlimited."""

    used: int
    reserved: int
    limit: int | None


class Cost(TypedDict):
    """US dollars, of the model calls of the month's ended runs; a `limit_usd` of None means unlimited."""

    spent_usd: Decimal
    limit_usd: Decimal | None


class Usage(TypedDict):
    """Usage in the current month and day. `resets_at` is the start of the next month."""

    tier: str
    resets_at: datetime
    month: PeriodUsage
    day: PeriodUsage
    assists: PeriodUsage
    cost: Cost


def reserve(
    user: User,
    run_id: UUID,
    units: int = 1,
    meter: Meter = Meter.POSTS,
    *,
    for_run: UUID | None = None,
) -> None:
    """Reserve the run's units in this month and this day.

    Raises QuotaExceeded when either has too few left, and CostLimitReached when the month's model calls cost
    as much as they may; then nothing is changed. A second reservation with the same id is an IntegrityError,
    even after a refund: a retry reserves with a new id, and the same `for_run`.
    """
    while not _changed(_RESERVE[meter], user=user.pk, run=run_id, units=units, for_run=for_run):
        _, refusal = preview(user, units, meter)
        if refusal:  # otherwise units were released a moment ago
            raise refusal


def settle(run_id: UUID, spent: Spent = Spent()) -> bool:
    """Turn the run's reserved units into used ones. False if they had been settled or refunded already.

    What was spent counts in either case.
    """
    return _end(run_id, "settle", spent)


def refund(run_id: UUID, spent: Spent = Spent()) -> bool:
    """Release the run's reserved units. False if they had been settled or refunded already.

    What was spent counts in either case.
    """
    return _end(run_id, "refund", spent)


def grant(user: User, units: int, *, reason: str, actor: User, meter: Meter = Meter.POSTS) -> None:
    """Add units to what the user's plan allows this month. Raises ImproperlyConfigured without plans."""
    if not _changed(GRANT, user=user.pk, units=units, meter=meter, reason=reason, actor=actor.pk):
        raise no_tiers()


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


def preview(
    user: User, units: int = 1, meter: Meter = Meter.POSTS
) -> tuple[Usage, QuotaExceeded | CostLimitReached | None]:
    """The usage, and the error that `reserve` would raise for that many units; None if there are enough."""
    now, next_day = _usage(user)
    return now, _refusal(now, next_day, units, meter)


def records_of(user: User) -> QuerySet[UsageRecord]:
    """The user's ledger."""
    return UsageRecord.objects.filter(user=user)


def _refusal(
    now: Usage, next_day: datetime, units: int, meter: Meter
) -> QuotaExceeded | CostLimitReached | None:
    spent, limit_usd = now["cost"]["spent_usd"], now["cost"]["limit_usd"]
    if limit_usd is not None and spent >= limit_usd:
        return CostLimitReached(
            f"Your model calls may cost ${limit_usd:.2f} this month, and have cost ${spent:.2f}. "
            f"More from {_moment(now['resets_at'])}.",
            resets_at=now["resets_at"],
        )
    periods = [(now["month"], "this month", now["resets_at"]), (now["day"], "today", next_day)]
    if meter is Meter.ASSISTS:
        periods = [(now["assists"], "this month", now["resets_at"])]
    for taken, period, resets_at in periods:
        used, limit = taken["used"] + taken["reserved"], taken["limit"]
        if limit is not None and used + units > limit:
            return QuotaExceeded(
                f"Your {now['tier']} plan has {_left(limit - used, meter, period, units)}: "
                f"{used} of {limit} are taken. More from {_moment(resets_at)}.",
                tier=now["tier"],
                used=used,
                limit=limit,
                resets_at=resets_at,
                upgrade_url=f"{settings.PUBLIC_URL.rstrip('/')}/#plans",
            )
    return None


def _end(run_id: UUID, kind: Literal["settle", "refund"], spent: Spent) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(END, {"run": run_id, "kind": kind, **asdict(spent)})
        row: tuple[bool] | None = cursor.fetchone()
    return row is not None and row[0]


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
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise no_tiers()
    tier, resets_at, *month, next_day = row[:6]
    return Usage(
        tier=tier,
        resets_at=resets_at,
        month=_period(month),
        day=_period(row[6:9]),
        assists=_period(row[9:12]),
        cost=Cost(spent_usd=row[12], limit_usd=row[13]),
    ), next_day


def _period(row: tuple[Any, ...] | list[Any]) -> PeriodUsage:
    used, reserved, limit = row
    return PeriodUsage(used=used, reserved=reserved, limit=limit)


def _left(left: int, meter: Meter, period: str, units: int) -> str:
    if left <= 0:
        return f"no {meter} left {period}"
    return f"{left} {meter.removesuffix('s') if left == 1 else meter} left {period}, and this needs {units}"


def _moment(moment: datetime) -> str:
    return f"{moment:%-d %B %Y, %H:%M} UTC"
