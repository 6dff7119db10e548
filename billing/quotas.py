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
from billing.models import Meter as Meter
from billing.models import UsageRecord
from billing.quota_statements import CARRY, END, GRANT, RESERVE, RETURN, USAGE
from billing.tiers import no_tiers, pricing_url
from blogai.core.db import prepared_cursor
from blogai.core.errors import Conflict, CostLimitReached, QuotaExceeded

type State = Literal["reserved", "settled", "refunded"]


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
    while not _changed(RESERVE[meter], user=user.pk, run=run_id, units=units, for_run=for_run):
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
