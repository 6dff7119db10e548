"""The ledger as its owner reads it: its months, the sums of each day, and the newest lines.

Postgres does the sums, and reads only the month in question.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from billing.models import Meter, UsageRecord, UserQuota

ENDS = (UsageRecord.Kind.SETTLE, UsageRecord.Kind.REFUND)
USED = (UsageRecord.Kind.SETTLE, UsageRecord.Kind.CARRY)
"""The kinds of lines whose units count as used; others have costs at most."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was used in some time. Posts that failed are not in it, but what they cost is."""

    posts: int
    assists: int
    tokens: int
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class Day:
    """A day in UTC."""

    date: date
    counted: Counted


def months_of(user: User) -> list[datetime]:
    """When each month began in which the user used anything, newest first. One query."""
    months = UserQuota.objects.filter(user=user).order_by("-period_start")
    return list(months.values_list("period_start", flat=True).distinct())


def days_of(user: User, month: datetime) -> list[Day]:
    """Each day of the month with any usage. A run counts on the day on which it began. One query."""
    used = Q(kind__in=USED)
    sums = (
        _lines(user, month)
        .filter(kind__in=(*USED, UsageRecord.Kind.REFUND, UsageRecord.Kind.SPEND))
        .values("day")
        .annotate(
            posts=Coalesce(Sum("units", filter=used & Q(meter=Meter.POSTS)), 0),
            assists=Coalesce(Sum("units", filter=used & Q(meter=Meter.ASSISTS)), 0),
            tokens=Sum(F("input_tokens") + F("output_tokens")),
            cost=Sum("cost_usd"),
        )
        .order_by("day")
    )
    return [
        Day(row["day"], Counted(row["posts"], row["assists"], row["tokens"], row["cost"])) for row in sums
    ]


def newest_of(user: User, month: datetime, count: int) -> list[UsageRecord]:
    """The newest lines of the month; of a reservation that has ended, only its end. One query."""
    newest = list(_lines(user, month).order_by("-id")[: 2 * count])
    # An end is newer than its reservation, and in the same month: it is among the newest if that is.
    ended = {line.run_id for line in newest if line.kind in ENDS}
    told = [line for line in newest if line.kind != UsageRecord.Kind.RESERVE or line.run_id not in ended]
    return told[:count]


def chunk_of(user: User, before: int | None, size: int) -> list[UsageRecord]:
    """The next lines of the whole ledger, newest first: those with a lower id than `before`. One query."""
    lines = UsageRecord.objects.filter(user=user)
    if before is not None:
        lines = lines.filter(id__lt=before)
    return list(lines.order_by("-id")[:size])


def _lines(user: User, month: datetime) -> QuerySet[UsageRecord]:
    return UsageRecord.objects.filter(user=user, period_start=month)


def total(days: list[Day]) -> Counted:
    return Counted(
        posts=sum(day.counted.posts for day in days),
        assists=sum(day.counted.assists for day in days),
        tokens=sum(day.counted.tokens for day in days),
        cost_usd=sum((day.counted.cost_usd for day in days), Decimal()),
    )
