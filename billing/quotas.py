"""Units of a plan, reserved when work starts and settled or refunded when it ends.

`billing.units` says what counts as how many. Each function executes one statement, inside the transaction
that changes the run. Postgres' `now()` is the only clock. Days are in UTC, months as `billing.entitlements`
counts them. A run counts in the month and day in which its units were reserved.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypedDict
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.formats import date_format

from accounts.models import User
from billing.entitlements import free_month_of, plan_of
from billing.models import Meter as Meter
from billing.models import UsageRecord
from billing.tiers import no_tiers, pricing_url
from blogai.core.db import prepared_cursor
from blogai.core.errors import Conflict, CostLimitReached, QuotaExceeded

PLAN = plan_of("%(user)s")
type State = Literal["reserved", "settled", "refunded"]

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
# after its unit was settled (it was stopped, then continued) is a separate line.
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

# The units that count on that day are in a line for that day, the others in one for the day before.
CARRY = f"""
WITH plan AS (
    {free_month_of("%(user)s")}
), taken AS (
    INSERT INTO user_quotas AS quota
        (user_id, meter, period_start, used, reserved, cost_usd, day, day_used, day_reserved)
    SELECT %(user)s, %(meter)s, period_start, %(units)s, 0, %(cost_usd)s, %(day)s, %(day_units)s, 0
    FROM plan
    ON CONFLICT (user_id, period_start, meter) DO UPDATE SET
        used = quota.used + excluded.used,
        cost_usd = quota.cost_usd + excluded.cost_usd,
        day = greatest(quota.day, excluded.day),
        day_used = CASE WHEN quota.day < excluded.day THEN 0 ELSE quota.day_used END
            + CASE WHEN quota.day > excluded.day THEN 0 ELSE excluded.day_used END,
        day_reserved = CASE WHEN quota.day < excluded.day THEN 0 ELSE quota.day_reserved END
    RETURNING period_start
)
INSERT INTO usage_records (user_id, run_id, kind, meter, units, cost_usd, period_start, day)
SELECT %(user)s, gen_random_uuid(), 'carry', %(meter)s, line.units, line.cost_usd, period_start, line.day
FROM taken CROSS JOIN (VALUES
    (%(day_units)s::int, %(cost_usd)s::numeric, %(day)s::date),
    (%(units)s::int - %(day_units)s::int, 0, %(day)s::date - 1)
) AS line (units, cost_usd, day)
WHERE line.units > 0 OR line.cost_usd > 0
"""  # noqa: S608 (constants)

RETURN = f"""
WITH plan AS (
    {plan_of("(SELECT user_id FROM usage_records WHERE run_id = %(run)s AND kind = 'settle')")}
), returned AS (
    INSERT INTO usage_records
        (user_id, run_id, for_run, kind, meter, units, period_start, day, reason, actor_id)
    SELECT user_id, run_id, for_run, 'grant', meter, units, plan.period_start,
        (now() AT TIME ZONE 'UTC')::date, %(reason)s, %(actor)s
    FROM usage_records AS settled CROSS JOIN plan WHERE run_id = %(run)s AND kind = 'settle'
    ON CONFLICT (run_id) WHERE kind = 'grant' DO NOTHING
    RETURNING *
)
INSERT INTO user_quotas AS quota
    (user_id, meter, period_start, used, reserved, granted, day, day_used, day_reserved)
SELECT user_id, meter, period_start, 0, 0, units, day, 0, 0 FROM returned
ON CONFLICT (user_id, period_start, meter) DO UPDATE SET granted = quota.granted + excluded.granted
"""  # noqa: S608 (constants)

USAGE = f"""
WITH plan AS (
    {PLAN}
), clock AS (
    SELECT now() AT TIME ZONE 'UTC' AS utc
), taken AS (
    SELECT user_quotas.* FROM user_quotas JOIN plan USING (period_start) WHERE user_id = %(user)s
)
SELECT tier, features, EXISTS (SELECT FROM tier_limits WHERE position > plan.position),
    plan.period_start, plan.period_end, (date_trunc('day', utc) + interval '1 day') AT TIME ZONE 'UTC',
    coalesce(posts.used, 0), coalesce(posts.reserved, 0), posts_per_month + coalesce(posts.granted, 0),
    CASE WHEN posts.day >= utc::date THEN posts.day_used ELSE 0 END,
    CASE WHEN posts.day >= utc::date THEN posts.day_reserved ELSE 0 END,
    posts_per_day,
    coalesce(assists.used, 0), coalesce(assists.reserved, 0),
    assists_per_month + coalesce(assists.granted, 0),
    coalesce((SELECT sum(cost_usd) FROM taken), 0), cost_limit, plan_cost_limit, own_cost_limit
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
    """US dollars, of the model calls of the month's ended runs; a limit of None means unlimited.

    `limit_usd` is the lower of the plan's and the user's own.
    """

    spent_usd: Decimal
    limit_usd: Decimal | None
    plan_limit_usd: Decimal | None
    own_limit_usd: Decimal | None


class Usage(TypedDict):
    """The plan, and its usage in the current month and day.

    The month starts at `month_start` and ends at `resets_at`, the day at `day_resets_at`. `larger` is whether
    there is a larger plan.
    """

    tier: str
    features: list[str]
    larger: bool
    month_start: datetime
    resets_at: datetime
    day_resets_at: datetime
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


def carry(user: User, meter: Meter, *, units: int, cost_usd: Decimal, day: date, day_units: int) -> None:
    """Count units and costs of an earlier account in the user's month of the free plan.

    `day_units` of the units were used on that day, the others before.
    """
    if not day_units and not cost_usd:  # nothing on that day: the counters are those of the day before
        day, day_units = day - timedelta(days=1), units
    _changed(CARRY, user=user.pk, meter=meter, units=units, cost_usd=cost_usd, day=day, day_units=day_units)


def open_reservations(user: User) -> list[UUID]:
    """Those of the user's reservations that have neither been settled nor refunded."""
    mine = UsageRecord.objects.filter(user=user)
    ended = mine.filter(kind__in=[UsageRecord.Kind.SETTLE, UsageRecord.Kind.REFUND]).values("run_id")
    reserved = mine.filter(kind=UsageRecord.Kind.RESERVE)
    return list(reserved.exclude(run_id__in=ended).values_list("run_id", flat=True))


def give_back(run_id: UUID, *, reason: str, actor: User) -> None:
    """Add the run's settled units to what the user's plan allows this month. Raises Conflict.

    They can be given back once. The line of the month in which they were used stays as it is.
    """
    if not _changed(RETURN, run=run_id, reason=reason, actor=actor.pk):
        state = state_of(run_id)
        raise Conflict(f"Only a used unit can be returned, and this one is {state}.")


def state_of(run_id: UUID) -> State:
    """The state of the run's units: refunded, too, if they were given back later. One query."""
    return states_of([run_id]).get(run_id, "reserved")


def states_of(run_ids: Collection[UUID]) -> dict[UUID, State]:
    """The states of many runs' units, without runs that took none. One query."""
    kinds: dict[UUID, set[str]] = {}
    # As the conditions of the three indexes say it: there is no other by run.
    kept = [Q(run_id__in=run_ids, kind__in=each) for each in (("reserve",), ("refund", "settle"), ("grant",))]
    lines = UsageRecord.objects.filter(kept[0] | kept[1] | kept[2])
    for run_id, kind in lines.values_list("run_id", "kind"):
        kinds.setdefault(run_id, set()).add(kind)
    return {run_id: _state({*found} - {UsageRecord.Kind.RESERVE}) for run_id, found in kinds.items()}


def usage(user: User) -> Usage:
    """What the user has used and reserved of their plan."""
    with prepared_cursor() as cursor:
        cursor.execute(USAGE, {"user": user.pk})
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise no_tiers()
    spent, limit, plan_limit, own_limit = row[15:]
    return Usage(
        tier=row[0],
        features=row[1],
        larger=row[2],
        month_start=row[3],
        resets_at=row[4],
        day_resets_at=row[5],
        month=_period(row[6:9]),
        day=_period(row[9:12]),
        assists=_period(row[12:15]),
        cost=Cost(spent_usd=spent, limit_usd=limit, plan_limit_usd=plan_limit, own_limit_usd=own_limit),
    )


def preview(
    user: User, units: int = 1, meter: Meter = Meter.POSTS
) -> tuple[Usage, QuotaExceeded | CostLimitReached | None]:
    """The usage, and the error that `reserve` would raise for that many units; None if there are enough."""
    now = usage(user)
    return now, _refusal(now, units, meter)


def records_of(user: User) -> QuerySet[UsageRecord]:
    """The user's ledger."""
    return UsageRecord.objects.filter(user=user)


def _refusal(now: Usage, units: int, meter: Meter) -> QuotaExceeded | CostLimitReached | None:
    way_on = {"upgrade_url": pricing_url()} if now["larger"] else {}
    if _costs_too_much(now["cost"]):
        return _cost_limit_reached(now, way_on)
    periods = [
        (now["month"], "this month", now["resets_at"]),
        (now["day"], "today", now["day_resets_at"]),
    ]
    if meter is Meter.ASSISTS:
        periods = [(now["assists"], "this month", now["resets_at"])]
    for taken, period, resets_at in periods:
        used, limit = taken["used"] + taken["reserved"], taken["limit"]
        if limit is not None and used + units > limit:
            return QuotaExceeded(
                f"Your {now['tier']} plan has {_left(limit - used, meter, period, units)}: you’ve used "
                f"{used} of {limit}. You get more on {_moment(resets_at)}.",
                tier=now["tier"],
                used=used,
                limit=limit,
                resets_at=resets_at,
                **way_on,
            )
    return None


def _costs_too_much(cost: Cost) -> bool:
    return cost["limit_usd"] is not None and cost["spent_usd"] >= cost["limit_usd"]


def _cost_limit_reached(now: Usage, way_on: dict[str, str]) -> CostLimitReached:
    limit, spent = now["cost"]["limit_usd"], now["cost"]["spent_usd"]
    more = f"You get more on {_moment(now['resets_at'])}"
    if limit != now["cost"]["plan_limit_usd"]:  # the user's own, which a larger plan would not raise
        return CostLimitReached(
            f"You set a limit of ${limit:.2f} a month for model calls, and they’ve cost ${spent:.2f}. "
            f"{more}, or when you raise your limit.",
            resets_at=now["resets_at"],
        )
    return CostLimitReached(
        f"Your plan includes ${limit:.2f} of model calls a month, and they’ve cost ${spent:.2f}. {more}.",
        resets_at=now["resets_at"],
        **way_on,
    )


def _state(ends: set[str]) -> State:
    """By the kinds of the lines after the reservation; a grant with its id gave the units back."""
    if not ends:
        return "reserved"
    return "settled" if ends == {UsageRecord.Kind.SETTLE} else "refunded"


def _end(run_id: UUID, kind: Literal["settle", "refund"], spent: Spent) -> bool:
    with prepared_cursor() as cursor:
        cursor.execute(END, {"run": run_id, "kind": kind, **asdict(spent)})
        row: tuple[bool] | None = cursor.fetchone()
    return row is not None and row[0]


def _changed(statement: str, **values: UUID | str | int | Decimal | date | None) -> bool:
    """Execute the statement; whether it changed a row."""
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        rows: int = cursor.rowcount
    return rows > 0


def _period(row: tuple[Any, ...] | list[Any]) -> PeriodUsage:
    used, reserved, limit = row
    return PeriodUsage(used=used, reserved=reserved, limit=limit)


def _left(left: int, meter: Meter, period: str, units: int) -> str:
    if left <= 0:
        return f"no {meter} left {period}"
    return f"{left} {meter.removesuffix('s') if left == 1 else meter} left {period}, and this needs {units}"


def _moment(moment: datetime) -> str:
    return f"{date_format(moment, 'DATETIME_FORMAT')} UTC"
