"""The panels of the dashboard: each a figure, a chart and a table whose numbers lead to what they count.

Each has one statement or two, over the last day or two weeks, which an index by time keeps short.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from billing.entitlements import SUBSCRIBED
from generation.models import Run
from generation.worker.metrics import QUEUE
from generation.worker.probes import MAX_HEARTBEAT_AGE
from staff.admin.cells import dollars, duration
from staff.dashboard.charts import Chart, Column, chart

HOURS, DAYS, MOST = 24, 14, 12
"""How far back, and how many reasons."""
SINCE_HOUR = f"date_trunc('hour', now()) - interval '{HOURS - 1} hours'"
SINCE_DAY = f"date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '{DAYS - 1} days'"
LAST_DAY = "now() - interval '24 hours'"
LAST_MONTH = "now() - interval '30 days'"

BY_HOUR = f"""
SELECT date_trunc('hour', created_at), status, count(*) FROM runs WHERE created_at >= {SINCE_HOUR}
GROUP BY 1, 2
"""  # noqa: S608 (constants)
LAST_RUNS = f"""
SELECT count(*), count(*) FILTER (WHERE status = 'failed') FROM runs WHERE created_at >= {LAST_DAY}
"""  # noqa: S608
REASONS = f"""
SELECT error_code, count(*) FROM runs WHERE created_at >= {LAST_DAY} AND status = 'failed'
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST}
"""  # noqa: S608
DURATIONS = f"""
SELECT (created_at AT TIME ZONE 'UTC')::date, count(*),
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at))
FROM runs WHERE created_at >= {SINCE_DAY} AND kind = 'post' AND status = 'completed' AND NOT test GROUP BY 1
"""  # noqa: S608
JOBS = "SELECT status, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1"
COSTS = f"""
SELECT (created_at AT TIME ZONE 'UTC')::date, sum(cost_usd) FROM usage_records
WHERE created_at >= {SINCE_DAY} GROUP BY 1
"""  # noqa: S608
SUBSCRIPTIONS = f"""
SELECT count(*), coalesce(sum(price_monthly_usd), 0) / 30
FROM entitlements JOIN tier_limits ON tier = {SUBSCRIBED}
"""  # noqa: S608
SIGN_UPS = f"""
SELECT (date_joined AT TIME ZONE 'UTC')::date, count(*) FROM users WHERE date_joined >= {SINCE_DAY} GROUP BY 1
"""  # noqa: S608
CONVERSION = f"""
SELECT count(*), count(writer), count(writer) FILTER (WHERE EXISTS (
    SELECT FROM entitlements WHERE user_id = writer AND ({SUBSCRIBED}) IS NOT NULL
))
FROM users LEFT JOIN (
    SELECT DISTINCT owner_id AS writer FROM runs
    WHERE created_at >= {LAST_MONTH} AND kind = 'post' AND status = 'completed' AND NOT test
) AS writers ON writer = users.id
WHERE date_joined >= {LAST_MONTH}
"""  # noqa: S608
ERRORS = f"""
SELECT provider, error, count(*) FROM llm_calls WHERE created_at >= {LAST_DAY} AND error <> ''
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT {MOST}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Cell:
    """`url` is the list of what the number counts; `count` is that number, if it counts rows."""

    text: str
    url: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    figure: Cell
    note: str = ""
    chart: Chart | None = None
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = field(default_factory=tuple)


def runs(now: datetime) -> Panel:
    (total, failed), *_ = _rows(LAST_RUNS)
    counted: dict[datetime, dict[str, int]] = {}
    for hour, status, count in _rows(BY_HOUR):
        counted.setdefault(hour, {})[status] = count
    this = now.replace(minute=0, second=0, microsecond=0)
    hours = [this - timedelta(hours=back) for back in reversed(range(HOURS))]
    by_hour = {hour: counted.get(hour, {}) for hour in hours}
    return Panel(
        title="Runs by hour",
        figure=_count(total, "generation_run", when="24h"),
        note=f"in the last 24 hours, of which {failed} failed. Hours are in UTC.",
        chart=chart(
            f"Runs of each of the last {HOURS} hours by their state",
            [
                Column(f"{hour:%H}:00", {status: states.get(status, 0) for status in Run.Status.values})
                for hour, states in by_hour.items()
            ],
        ),
        columns=["Hour", *(str(status.label) for status in Run.Status)],
        rows=[
            [
                Cell(f"{hour:%b %-d, %H}:00"),
                *(
                    _count(states.get(status, 0), "generation_run", status=status, when=f"{hour:%Y-%m-%dT%H}")
                    for status in Run.Status.values
                ),
            ]
            for hour, states in reversed(by_hour.items())
        ],
    )


def failures(now: datetime) -> Panel:
    reasons = _rows(REASONS)
    total = sum(count for _, count in reasons)
    return Panel(
        title="Failures by reason",
        figure=_count(total, "generation_run", status="failed", when="24h"),
        note="failed in the last 24 hours.",
        columns=["Reason", "Runs"],
        rows=[
            [Cell(code), _count(count, "generation_run", status="failed", error=code, when="24h")]
            for code, count in reasons
        ],
    )


def durations(now: datetime) -> Panel:
    found = {day: (count, *quantiles) for day, count, quantiles in _rows(DURATIONS)}
    days = {day: found.get(day, (0, 0.0, 0.0)) for day in _days(now)}
    count, _, slow = days[now.date()]
    return Panel(
        title="A post’s time",
        figure=Cell(duration(slow) if count else "–"),
        note="p95 of today’s finished posts, from their start on a worker to their end.",
        chart=chart(
            f"Seconds that 95 of 100 posts took at most, on each of {DAYS} days",
            [Column(f"{day:%b %-d}", {"": float(slow)}) for day, (_, _, slow) in days.items()],
        ),
        columns=["Day", "Posts", "Median", "p95"],
        rows=[
            [
                Cell(f"{day:%B %-d}"),
                _count(count, "generation_run", status="completed", test="no", when=f"{day}"),
                Cell(duration(median) if count else "–"),
                Cell(duration(slow) if count else "–"),
            ]
            for day, (count, median, slow) in reversed(days.items())
        ],
    )


def queue(now: datetime) -> Panel:
    ((_, age, workers),) = _rows(QUEUE, [MAX_HEARTBEAT_AGE])
    return Panel(
        title="Queue",
        figure=Cell(duration(float(age))),
        note=f"is how long the oldest job waits. Workers: {workers}.",
        columns=["State", "Jobs"],
        rows=[
            [Cell(status), _count(count, "procrastinate_procrastinatejob", status=status)]
            for status, count in _rows(JOBS)
        ],
    )


def money(now: datetime) -> Panel:
    costs = dict(_rows(COSTS))
    ((subscriptions, revenue),) = _rows(SUBSCRIPTIONS)
    days = {day: costs.get(day, 0) for day in _days(now)}
    return Panel(
        title="Cost and revenue by day",
        figure=_count(subscriptions, "accounts_user", account="paying"),
        note=f"subscriptions, worth {dollars(round(revenue, 2))} a day: an estimate, a 30th of each plan’s "
        "monthly price, today’s for every day. Costs are of runs that ended.",
        chart=chart(
            f"What model calls cost on each of {DAYS} days, with a line for a day’s revenue",
            [Column(f"{day:%b %-d}", {"": float(cost)}) for day, cost in days.items()],
            unit="$",
            line=float(revenue),
        ),
        columns=["Day", "Cost", "Revenue", "Margin"],
        rows=[
            [
                Cell(f"{day:%B %-d}"),
                Cell(dollars(cost), _list("billing_usagerecord", when=f"{day}")),
                Cell(dollars(round(revenue, 2))),
                Cell(dollars(round(revenue - cost, 2))),
            ]
            for day, cost in reversed(days.items())
        ],
    )


def sign_ups(now: datetime) -> Panel:
    found = dict(_rows(SIGN_UPS))
    days = {day: found.get(day, 0) for day in _days(now)}
    return Panel(
        title="Sign-ups",
        figure=_count(days[now.date()], "accounts_user", when=f"{now.date()}"),
        note="today (UTC).",
        chart=chart(
            f"Sign-ups on each of {DAYS} days",
            [Column(f"{day:%b %-d}", {"": count}) for day, count in days.items()],
        ),
        columns=["Day", "Sign-ups"],
        rows=[
            [Cell(f"{day:%B %-d}"), _count(count, "accounts_user", when=f"{day}")]
            for day, count in reversed(days.items())
        ],
    )


def conversion(now: datetime) -> Panel:
    ((joined, wrote, paying),) = _rows(CONVERSION)
    stages: list[tuple[str, int, dict[str, str]]] = [
        ("Signed up", joined, {}),
        ("Finished a first post", wrote, {"wrote": "yes"}),
        ("Pay", paying, {"wrote": "yes", "account": "paying"}),
    ]
    return Panel(
        title="From sign-up to paying",
        figure=Cell(_share(paying, joined)),
        note="of those who signed up in the last 30 days have finished a post and pay now.",
        columns=["Of these 30 days", "Users", "Of all", "Of the row above"],
        rows=[
            [
                Cell(stage),
                _count(count, "accounts_user", when="30d", **filters),
                Cell(_share(count, joined)),
                Cell(_share(count, above)),
            ]
            for (stage, count, filters), above in zip(stages, (joined, joined, wrote), strict=True)
        ],
    )


def errors(now: datetime) -> Panel:
    found = _rows(ERRORS)
    return Panel(
        title="Errors of model calls",
        figure=_count(sum(count for *_, count in found), "generation_llmcall", error="any", when="24h"),
        note="failed in the last 24 hours.",
        columns=["Provider", "Error", "Calls"],
        rows=[
            [
                Cell(provider),
                Cell(error),
                _count(count, "generation_llmcall", provider=provider, error=error, when="24h"),
            ]
            for provider, error, count in found
        ],
    )


PANELS: dict[Callable[[datetime], Panel], str] = {
    runs: "generation.view_run",
    failures: "generation.view_run",
    durations: "generation.view_run",
    queue: "procrastinate.view_procrastinatejob",
    money: "billing.view_usagerecord",
    sign_ups: "accounts.view_user",
    conversion: "accounts.view_user",
    errors: "generation.view_llmcall",
}
"""In their order, with the permission that their lists take. `now` is Postgres' clock, in UTC."""


def _rows(query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _count(count: int, model: str, **filters: str) -> Cell:
    return Cell(f"{count:,}", _list(model, **filters), count)


def _share(count: int, of: int) -> str:
    return f"{count / of:.1%}" if of else "–"


def _list(model: str, **filters: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(filters)}"


def _days(now: datetime) -> list[date]:
    """The oldest first."""
    return [now.date() - timedelta(days=back) for back in reversed(range(DAYS))]
