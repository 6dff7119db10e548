"""A user's usage of their plan: now, in each month, and line by line, all from the ledger."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Protocol, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from billing import cost_limits, history, quotas
from billing.history import Counted, Day
from billing.models import UsageRecord
from billing.quotas import PeriodUsage, Usage
from billing.web.chart import Chart, Number, chart
from blogai.core.errors import NotFound

LINES = 20
LONGEST_MONTH = timedelta(days=31)


class CostLimitForm(forms.Form):
    """The user's own limit. `clear` removes it, whatever is in the field."""

    limit = forms.DecimalField(
        label="Limit, in US dollars a month",
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": "Enter the most that your model calls may cost, such as 12.50.",
            "invalid": "Enter a number of dollars, such as 12.50.",
            "min_value": "Enter at least 0.01. To spend nothing, don’t start any posts.",
            "max_decimal_places": "Enter dollars and cents, such as 12.50.",
        },
    )

    def __init__(self, *args: object, usage: Usage, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed on as they came
        self.plan_limit = usage["cost"]["plan_limit_usd"]
        self.initial.setdefault("limit", usage["cost"]["own_limit_usd"])

    def clean_limit(self) -> Decimal:
        limit: Decimal = self.cleaned_data["limit"]
        if self.plan_limit is not None and limit >= self.plan_limit:
            raise forms.ValidationError(
                f"Your plan already stops at ${self.plan_limit:.2f} a month. Enter less."
            )
        return limit


@dataclass(frozen=True, slots=True)
class Bar:
    """How much of something is taken. `limit` is None without one."""

    name: str
    taken: Number
    limit: Number | None
    words: str
    resets_at: datetime

    @property
    def shown(self) -> Number:
        """No more than the limit: after a change of plan more may be taken than it allows."""
        return self.taken if self.limit is None else min(self.taken, self.limit)

    @property
    def full(self) -> bool:
        return self.limit is not None and self.taken >= self.limit


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the plan; it has passed unless `current`. `first` and `last` are its days, in UTC."""

    start: datetime
    first: date
    last: date
    current: bool

    @property
    def key(self) -> str:
        """Its name in the URL: the day, and the time if it did not begin at midnight."""
        return self.start.astimezone(UTC).replace(tzinfo=None).isoformat().removesuffix("T00:00:00")


class RunLink(Protocol):
    """Where the post of a run is."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Line:
    record: UsageRecord
    link: RunLink | None


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def usage(request: HttpRequest) -> HttpResponse:
    """`?month=2026-10-03` shows another month than the current one; POST changes the user's cost limit."""
    user = cast(User, request.user)
    now = quotas.usage(user)
    form = CostLimitForm(request.POST or None, usage=now)
    if "clear" in request.POST:
        cost_limits.clear_own_limit(user=user)
        messages.success(request, "Your limit is removed. Your plan’s limit applies again.")
        return redirect("usage-page")
    if form.is_valid():
        limit = form.cleaned_data["limit"]
        cost_limits.set_own_limit(user=user, limit_usd=limit)
        messages.success(request, _changed(now["cost"]["own_limit_usd"], limit))
        return redirect("usage-page")
    return _page(request, user, now, form, status=422 if form.errors else 200)


def _changed(before: Decimal | None, limit: Decimal) -> str:
    was = f" It was ${before:,.2f}." if before is not None and before != limit else ""
    return f"Model calls now stop at ${limit:,.2f} a month.{was}"


def _page(request: HttpRequest, user: User, now: Usage, form: CostLimitForm, *, status: int) -> HttpResponse:
    months = _months(user, now)
    chosen = _chosen(months, request.GET.get("month"))
    days = history.days_of(user, chosen.start)
    context = {
        "usage": now,
        "bars": _bars(now),
        "form": form,
        "months": months,
        "month": chosen,
        "days": days,
        "total": history.total(days),
        "charts": _charts(chosen, days),
        "assisted": _assisted(now),
        "lines": _lines(user, history.newest_of(user, chosen.start, LINES)),
    }
    return render(request, "billing/usage.html", context, status=status)


def _bars(now: Usage) -> tuple[Bar, ...]:
    month, cost = now["resets_at"], now["cost"]
    limit = cost["limit_usd"]
    spent = f"${cost['spent_usd']:,.2f}"
    return (
        _bar("Posts this month", now["month"], month),
        _bar("Posts today", now["day"], now["day_resets_at"]),
        *([_bar("Assists this month", now["assists"], month)] if _assisted(now) else []),
        Bar(
            "Model costs this month",
            cost["spent_usd"],
            limit,
            spent if limit is None else f"{spent} of ${limit:,.2f}",
            month,
        ),
    )


def _assisted(now: Usage) -> bool:
    """Whether assists were used this month: a meter for what nobody has met is a riddle."""
    return bool(now["assists"]["used"] or now["assists"]["reserved"])


def _bar(name: str, taken: PeriodUsage, resets_at: datetime) -> Bar:
    sum_ = taken["used"] + taken["reserved"]
    words = f"{sum_:,}" if taken["limit"] is None else f"{sum_:,} of {taken['limit']:,}"
    if taken["reserved"]:
        words += f", {taken['reserved']:,} of them in progress"
    return Bar(name, sum_, taken["limit"], words, resets_at)


def _months(user: User, now: Usage) -> list[Month]:
    """The months with any usage and the current one, newest first."""
    starts = sorted({*history.months_of(user), now["month_start"]}, reverse=True)
    nexts = [None, *starts]
    return [_month(start, after, now) for start, after in zip(starts, nexts, strict=False)]


def _month(start: datetime, after: datetime | None, now: Usage) -> Month:
    """`after` is when the next month in the ledger began. There may be unused ones between the two."""
    current = start == now["month_start"]
    end = now["resets_at"] if current else _end(start, after)
    first, last = start.astimezone(UTC).date(), (end - timedelta(microseconds=1)).astimezone(UTC).date()
    return Month(start, first, last, current)


def _end(start: datetime, after: datetime | None) -> datetime:
    if after is not None and after - start <= LONGEST_MONTH:
        return after
    year, month = (start.year + 1, 1) if start.month == 12 else (start.year, start.month + 1)
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def _chosen(months: list[Month], key: str | None) -> Month:
    """The month of that name; the current one if none is named."""
    for month in months:
        if month.key == key or (not key and month.current):
            return month
    raise NotFound("You didn’t use anything that month.")


def _charts(month: Month, days: list[Day]) -> tuple[Chart, ...]:
    last = max([month.last, *(day.date for day in days)])
    dates = [month.first + timedelta(days=number) for number in range((last - month.first).days + 1)]
    counted = {day.date: day.counted for day in days}
    nothing, total = Counted(0, 0, 0, Decimal()), history.total(days)
    each = [counted.get(date, nothing) for date in dates]
    return (
        chart("Posts", dates, [day.posts for day in each], total=total.posts, show=_number),
        chart("Tokens", dates, [day.tokens for day in each], total=total.tokens, show=_number),
        chart("Model costs", dates, [day.cost_usd for day in each], total=total.cost_usd, show=_dollars),
    )


def _lines(user: User, records: list[UsageRecord]) -> list[Line]:
    runs = {record.for_run for record in records if record.for_run}
    links: Mapping[UUID, RunLink] = import_string(settings.RUN_LINKS)(user, runs) if runs else {}
    return [Line(record, links.get(record.for_run) if record.for_run else None) for record in records]


def _number(value: Number) -> str:
    return f"{value:,}"


def _dollars(value: Number) -> str:
    return f"${value:,.2f}" if not value or value >= Decimal("0.01") else "less than $0.01"
