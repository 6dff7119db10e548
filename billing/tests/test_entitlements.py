"""Which plan somebody has, and when their months start: tables, with the facts moved against the clock."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from billing import quotas
from billing.entitlements import tier_of, window_of
from billing.invariants import broken
from billing.models import Entitlement, TierLimit, UsageRecord, UserQuota
from billing.standing import Standing, standing_of
from billing.tiers import tier_for

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def entitled(user: User, **facts: Any) -> None:
    """Give the user these facts; a timedelta is a moment so far from now."""
    now = timezone.now()
    moments = {name: now + value if isinstance(value, timedelta) else value for name, value in facts.items()}
    Entitlement.objects.update_or_create(user=user, defaults={"anchor": now - 10 * DAY, **moments})


@pytest.mark.parametrize(
    ("facts", "tier"),
    [
        ({"status": "incomplete"}, "free"),
        ({"status": "incomplete_expired"}, "free"),
        ({"status": "trialing"}, "pro"),
        ({"status": "active"}, "pro"),
        ({"status": "active", "cancel_at_period_end": True}, "pro"),
        ({"status": "active", "cancel_at_period_end": True, "period_end": -DAY}, "free"),
        ({"status": "active", "period_end": -DAY}, "pro"),  # we have not heard of the renewal yet
        ({"status": "active", "period_end": -4 * DAY}, "free"),
        ({"status": "past_due", "past_due_since": -6 * DAY, "period_end": -6 * DAY}, "pro"),
        ({"status": "past_due", "past_due_since": -8 * DAY}, "free"),
        ({"status": "past_due"}, "free"),
        ({"status": "unpaid"}, "free"),
        ({"status": "paused"}, "free"),
        ({"status": "canceled"}, "free"),
        ({"given_tier_id": "business"}, "business"),
        ({"given_tier_id": "business", "given_until": DAY}, "business"),
        ({"given_tier_id": "business", "given_until": -DAY}, "free"),
        ({"status": "active", "given_tier_id": "starter"}, "pro"),
        ({"status": "active", "given_tier_id": "business"}, "business"),
        ({"status": "canceled", "given_tier_id": "starter"}, "starter"),
    ],
)
def test_the_plan(alice: User, facts: dict[str, Any], tier: str) -> None:
    entitled(alice, **{"subscribed_tier_id": "pro", "period_end": 20 * DAY, **facts})
    assert tier_for(alice).tier == tier
    assert quotas.usage(alice)["tier"] == tier


def reserved(user: User) -> UUID:
    run_id = uuid4()
    quotas.reserve(user, run_id)
    return run_id


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("anchor", "moment", "start", "end"),
    [
        ("2026-03-10", "2026-03-10", "2026-03-10", "2026-04-10"),
        ("2026-03-10", "2026-04-09 23:59:59", "2026-03-10", "2026-04-10"),
        ("2026-03-10", "2026-04-10", "2026-04-10", "2026-05-10"),
        ("2026-03-10 15:30", "2026-04-10 15:29", "2026-03-10 15:30", "2026-04-10 15:30"),
        ("2026-03-10", "2027-09-30", "2027-09-10", "2027-10-10"),  # a yearly payer has twelve a year
        ("2027-01-31", "2027-02-27", "2027-01-31", "2027-02-28"),
        ("2027-01-31", "2027-02-28", "2027-02-28", "2027-03-31"),  # and does not stay on the 28th
        ("2027-01-31", "2027-03-31", "2027-03-31", "2027-04-30"),
        ("2028-01-31", "2028-02-29", "2028-02-29", "2028-03-31"),
        ("2028-02-29", "2029-02-28", "2029-02-28", "2029-03-29"),
        ("2028-02-29", "2032-03-01", "2032-02-29", "2032-03-29"),
        ("2026-03-10", "2026-03-09", "2026-03-10", "2026-04-10"),  # a clock that was ahead
    ],
)
def test_the_month(anchor: str, moment: str, start: str, end: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(window_of("%s::timestamp", "%s"), [utc(anchor).replace(tzinfo=None), utc(moment)])
        assert cursor.fetchone() == (utc(start), utc(end))


def test_a_subscription_opens_a_new_month_and_a_change_of_plan_keeps_it(alice: User) -> None:
    quotas.settle(reserved(alice))
    entitled(alice, subscribed_tier_id="starter", status="active", period_end=20 * DAY)
    assert quotas.usage(alice)["month"] == {"used": 0, "reserved": 0, "limit": 50}
    quotas.settle(reserved(alice))
    Entitlement.objects.update(subscribed_tier_id="pro")
    assert quotas.usage(alice)["month"] == {"used": 1, "reserved": 0, "limit": 200}
    Entitlement.objects.update(status="canceled")
    assert quotas.usage(alice)["month"] == {"used": 1, "reserved": 0, "limit": 5}, "what it was before"


def test_a_given_plan_keeps_the_month(alice: User) -> None:
    quotas.settle(reserved(alice))
    entitled(alice, given_tier_id="pro")
    assert quotas.usage(alice)["month"] == {"used": 1, "reserved": 0, "limit": 200}


# Stories by a moved clock ----------------------------------------------------------------------------


class Clock:
    """Lets days pass for a user: everything that says when is moved into the past."""

    def __init__(self, user: User) -> None:
        self.user = user

    def let_pass(self, days: int) -> None:
        passed = timedelta(days=days)
        User.objects.filter(pk=self.user.pk).update(date_joined=F("date_joined") - passed)
        moments = ("anchor", "period_end", "past_due_since", "given_until", "free_anchor")
        Entitlement.objects.filter(user=self.user).update(**{name: F(name) - passed for name in moments})
        for model in (UsageRecord, UserQuota):
            # The oldest first: a month has no room where one is that has not moved yet.
            for row in model.objects.filter(user=self.user).order_by("period_start"):
                model.objects.filter(pk=row.pk).update(
                    period_start=row.period_start - passed, day=row.day - passed
                )


PRO = {"subscribed_tier_id": "pro", "status": "active", "anchor": timedelta(), "period_end": 30 * DAY}
YEARLY = {**PRO, "period_end": 365 * DAY}
STARTER = {**PRO, "subscribed_tier_id": "starter"}
type Step = tuple[str, Any]
"""`facts`: from now on; `used`: so many posts; `days`: pass; `has`: plan, used, limit."""

STORIES: dict[str, list[Step]] = {
    "monthly": [
        *[("used", 1), ("facts", PRO), ("has", ("pro", 0, 200)), ("used", 2)],
        *[("days", 27), ("has", ("pro", 2, 200))],
        *[("days", 5), ("facts", {"period_end": 28 * DAY}), ("has", ("pro", 0, 200))],
    ],
    "yearly, with a month of posts each month": [
        *[("facts", YEARLY), ("used", 2), ("days", 27), ("has", ("pro", 2, 200))],
        *[("days", 5), ("has", ("pro", 0, 200)), ("used", 3), ("has", ("pro", 3, 200))],
        *[("days", 31), ("has", ("pro", 0, 200)), ("days", 270), ("has", ("pro", 0, 200))],
        *[("days", 40), ("has", ("free", 0, 5))],
    ],
    "an upgrade keeps the month": [
        *[("facts", STARTER), ("used", 3), ("has", ("starter", 3, 50)), ("days", 10)],
        *[("facts", {"subscribed_tier_id": "pro"}), ("has", ("pro", 3, 200))],
        *[("days", 22), ("facts", {"period_end": 28 * DAY}), ("has", ("pro", 0, 200))],
    ],
    "a downgrade at the end of the period": [
        *[("facts", PRO), ("used", 60), ("days", 27), ("has", ("pro", 60, 200)), ("days", 5)],
        *[("facts", {"subscribed_tier_id": "starter", "period_end": 28 * DAY}), ("has", ("starter", 0, 50))],
    ],
    "a downgrade at once": [
        *[("facts", PRO), ("used", 60), ("facts", {"subscribed_tier_id": "starter"})],
        ("has", ("starter", 60, 50)),
    ],
    "a plan given until a moment": [
        *[("used", 1), ("facts", {"given_tier_id": "business", "given_until": 10 * DAY})],
        *[("has", ("business", 1, 1000)), ("days", 9), ("has", ("business", 1, 1000)), ("used", 6)],
        *[("days", 2), ("has", ("free", 7, 5)), ("days", 21), ("has", ("free", 0, 5))],
    ],
    "a plan given to a subscriber": [
        *[("facts", STARTER), ("used", 1), ("facts", {"given_tier_id": "pro", "given_until": DAY})],
        *[("has", ("pro", 1, 200)), ("days", 2), ("has", ("starter", 1, 50))],
    ],
    "seven days of grace": [
        *[("used", 1), ("facts", PRO), ("used", 2), ("days", 10)],
        *[("facts", {"status": "past_due", "past_due_since": timedelta()}), ("has", ("pro", 2, 200))],
        *[("days", 6), ("has", ("pro", 2, 200)), ("days", 2), ("has", ("free", 1, 5))],
        *[("facts", {"status": "active", "past_due_since": None}), ("has", ("pro", 2, 200))],
    ],
    "cancelled at the end of the period": [
        *[("used", 1), ("facts", {**PRO, "cancel_at_period_end": True, "period_end": 20 * DAY}), ("used", 2)],
        *[("days", 19), ("has", ("pro", 2, 200)), ("days", 2), ("has", ("free", 1, 5))],
        *[("facts", {"status": "canceled"}), ("days", 11), ("has", ("free", 0, 5))],
    ],
    "resumed before that": [
        *[("facts", {**PRO, "cancel_at_period_end": True, "period_end": 20 * DAY}), ("days", 19)],
        *[("facts", {"cancel_at_period_end": False}), ("days", 3), ("has", ("pro", 0, 200))],
    ],
    "a renewal that we do not hear of": [
        *[("facts", PRO), ("days", 32), ("has", ("pro", 0, 200)), ("days", 2), ("has", ("free", 0, 5))],
    ],
    "back after a while: a new month": [
        *[("facts", PRO), ("used", 2), ("facts", {"status": "canceled"}), ("days", 3)],
        *[("facts", {"status": "active", "anchor": timedelta()}), ("has", ("pro", 0, 200))],
    ],
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_story(alice: User, story: list[Step]) -> None:
    """No month has less than 28 days or more than 31: no story looks at the days between."""
    TierLimit.objects.update(posts_per_day=None)
    User.objects.filter(pk=alice.pk).update(date_joined=F("date_joined") - timedelta(hours=30))
    clock = Clock(alice)
    for place, (what, value) in enumerate(story):
        match what:
            case "facts":
                entitled(alice, **{"anchor": _anchor(alice), **value})
            case "used":
                for _ in range(value):
                    quotas.settle(reserved(alice))
            case "days":
                clock.let_pass(value)
            case "has":
                usage = quotas.usage(alice)
                has = usage["tier"], usage["month"]["used"], usage["month"]["limit"]
                assert has == value, f"step {place}"
    assert broken() == []


def _anchor(user: User) -> datetime | None:
    return Entitlement.objects.filter(user=user).values_list("anchor", flat=True).first()


@pytest.mark.parametrize(
    "anchor",
    ["2027-01-31", "2028-01-31", "2028-02-29", "2027-12-31 23:59:59", "2027-03-10 15:30", "2026-08-30"],
)
def test_each_moment_of_eight_years_is_in_one_month_and_a_year_has_twelve(anchor: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT window_start, window_end FROM
                generate_series(%s::timestamptz, %s::timestamptz + interval '96 months' - interval '1 second',
                    interval '5 hours') AS at (moment)
                CROSS JOIN LATERAL ({window_of("%s::timestamp", "at.moment")})
                    AS months (window_start, window_end)
            ORDER BY window_start
            """,  # noqa: S608 (constants)
            [utc(anchor), utc(anchor), utc(anchor).replace(tzinfo=None)],
        )
        months = cursor.fetchall()
    assert len(months) == 96
    assert months[0][0] == utc(anchor)
    for (_, end), (start, _) in pairwise(months):
        assert end == start
    for number, (start, _) in enumerate(months):
        last = monthrange(start.year, start.month)[1]
        assert start.day == min(utc(anchor).day, last), "each begins on the anchor's day, or on the last"
        assert (start.year * 12 + start.month) - (months[0][0].year * 12 + months[0][0].month) == number


@pytest.mark.parametrize(
    ("facts", "tier", "why", "until"),
    [
        ({}, "free", "free", None),
        ({"status": "active"}, "pro", "subscription", None),
        ({"status": "active", "cancel_at_period_end": True}, "pro", "subscription", "period_end"),
        ({"status": "active", "period_end": -4 * DAY}, "free", "free", None),
        ({"status": "past_due", "past_due_since": -2 * DAY}, "pro", "grace", 5 * DAY),
        ({"status": "past_due", "past_due_since": -8 * DAY}, "free", "free", None),
        ({"given_tier_id": "starter"}, "starter", "given", None),
        ({"given_tier_id": "starter", "given_until": DAY}, "starter", "given", "given_until"),
        ({"given_tier_id": "starter", "given_until": -DAY}, "free", "free", None),
        ({"status": "active", "given_tier_id": "starter"}, "pro", "subscription", None),
        ({"status": "active", "given_tier_id": "business"}, "business", "given", None),
    ],
)
def test_why_it_is_the_plan(
    alice: User, facts: dict[str, Any], tier: str, why: str, until: str | timedelta | None
) -> None:
    entitled(alice, **{"subscribed_tier_id": "pro", "period_end": 20 * DAY, **facts})
    standing = standing_of(alice)
    assert (standing.tier, standing.why) == (tier, why)
    if isinstance(until, timedelta):
        assert standing.until
        assert abs(standing.until - timezone.now() - until) < DAY
    else:
        assert standing.until == (until and getattr(Entitlement.objects.get(), until))
    with connection.cursor() as cursor:  # the same in a list of users, where it is a column
        query = f"SELECT ({tier_of('users.id')}) FROM users WHERE id = %s"  # noqa: S608 (constants)
        cursor.execute(query, [alice.pk])
        assert cursor.fetchone() == (tier,)


def test_somebody_without_facts_is_on_the_free_plan(alice: User) -> None:
    assert standing_of(alice) == Standing("free", "free", None)
