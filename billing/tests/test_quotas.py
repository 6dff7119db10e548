"""Reserving, settling and refunding units, and how the API reports them."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from billing import quotas
from billing.invariants import broken
from billing.limits import max_concurrent_runs
from billing.models import Entitlement, Meter, TierLimit, UsageRecord, UserQuota
from billing.quotas import Spent
from billing.tiers import set_tier
from blogai.core.errors import Conflict, CostLimitReached, QuotaExceeded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(db: None) -> Any:
    yield
    assert broken() == []


def reserved(user: User, units: int = 1) -> UUID:
    run_id = uuid4()
    quotas.reserve(user, run_id, units)
    return run_id


def taken(user: User) -> tuple[int, int, int, int]:
    """(used, reserved) of the month, then of the day."""
    usage = quotas.usage(user)
    return (
        *(usage["month"]["used"], usage["month"]["reserved"]),
        *(usage["day"]["used"], usage["day"]["reserved"]),
    )


def today() -> date:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE 'UTC')::date")
        day: date = cursor.fetchone()[0]
    return day


def next_month(user: User) -> datetime:
    """A month after the day of sign-up, which is today."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (date_trunc('day', %s AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'",
            [user.date_joined],
        )
        moment: datetime = cursor.fetchone()[0]
    return moment


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def let_days_pass(user: User, days: int) -> None:
    """Move all usage of the user this many days into the past, but not into another month."""
    for model in (UsageRecord, UserQuota):
        for row in model.objects.filter(user=user):
            row.day -= timedelta(days=days)
            row.save(update_fields=["day"])


def let_months_pass(user: User) -> None:
    """Move the user and all their usage a month into the past."""
    User.objects.filter(pk=user.pk).update(date_joined=F("date_joined") - timedelta(days=40))
    for model in (UsageRecord, UserQuota):
        for row in model.objects.filter(user=user):
            row.period_start -= timedelta(days=40)
            row.day -= timedelta(days=40)
            row.save(update_fields=["period_start", "day"])


def test_a_newcomer_has_taken_nothing(alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        usage = quotas.usage(alice)
    assert usage == {
        "tier": "free",
        "features": ["blog_generation", "basic_tools"],
        "larger": True,
        "month_start": midnight(alice.date_joined.astimezone(UTC).date()),
        "resets_at": next_month(alice),
        "day_resets_at": midnight(today() + timedelta(days=1)),
        "month": {"used": 0, "reserved": 0, "limit": 5},
        "day": {"used": 0, "reserved": 0, "limit": 2},
        "assists": {"used": 0, "reserved": 0, "limit": 30},
        "cost": {"spent_usd": 0, "limit_usd": 5, "plan_limit_usd": 5, "own_limit_usd": None},
    }


def test_a_run_that_completes(alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    run_id = uuid4()
    with django_assert_num_queries(1):
        quotas.reserve(alice, run_id)
    assert taken(alice) == (0, 1, 0, 1)
    with django_assert_num_queries(1):
        assert quotas.settle(run_id)
    assert taken(alice) == (1, 0, 1, 0)
    records = UsageRecord.objects.order_by("id").values_list("user", "run_id", "kind", "units", "day")
    assert list(records) == [
        (alice.pk, run_id, "reserve", 1, today()),
        (alice.pk, run_id, "settle", 1, today()),
    ]


def test_a_run_that_fails(alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    run_id = reserved(alice)
    with django_assert_num_queries(1):
        assert quotas.refund(run_id)
    assert taken(alice) == (0, 0, 0, 0)


@pytest.mark.parametrize("end", [quotas.settle, quotas.refund])
def test_only_the_first_end_counts(alice: User, end: Callable[[UUID], bool]) -> None:
    run_id = reserved(alice)
    assert end(run_id)
    after = taken(alice)
    assert not quotas.settle(run_id)
    assert not quotas.refund(run_id)
    assert taken(alice) == after
    assert UsageRecord.objects.count() == 2


def test_nothing_ends_that_was_not_reserved() -> None:
    assert not quotas.settle(uuid4())
    assert not quotas.refund(uuid4())
    assert not UsageRecord.objects.exists()


def test_a_second_reservation_under_one_id_changes_nothing(alice: User) -> None:
    run_id = reserved(alice)
    for end in (None, quotas.refund):
        if end:
            assert end(run_id)
        with pytest.raises(IntegrityError), transaction.atomic():
            quotas.reserve(alice, run_id)
    assert taken(alice) == (0, 0, 0, 0)


@pytest.mark.parametrize("units", [0, -1])
def test_no_units_are_no_reservation(alice: User, units: int) -> None:
    reserved(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        quotas.reserve(alice, uuid4(), units)
    assert taken(alice) == (0, 1, 0, 1)


@pytest.mark.parametrize("counter", ["used", "reserved", "day_used", "day_reserved"])
def test_no_counter_is_ever_negative(alice: User, counter: str) -> None:
    reserved(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        UserQuota.objects.update(**{counter: -1})


def test_the_day_is_used_up(alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    quotas.settle(reserved(alice))
    reserved(alice)
    with django_assert_num_queries(2), pytest.raises(QuotaExceeded) as refusal:
        quotas.reserve(alice, uuid4())
    tomorrow = today() + timedelta(days=1)
    assert refusal.value.status == 402
    assert refusal.value.extra == {
        "tier": "free",
        "used": 2,
        "limit": 2,
        "resets_at": midnight(tomorrow),
        "upgrade_url": "http://127.0.0.1:8000/pricing",
    }
    assert refusal.value.detail == (
        "Your free plan has no posts left today: you’ve used 2 of 2. "
        f"You get more on {tomorrow:%B %-d, %Y}, 12:00 AM UTC."
    )
    assert taken(alice) == (1, 1, 1, 1)


def test_the_month_is_used_up(alice: User) -> None:
    TierLimit.objects.filter(tier="free").update(posts_per_day=None)
    for _ in range(5):
        reserved(alice)
    with pytest.raises(QuotaExceeded) as refusal:
        quotas.reserve(alice, uuid4())
    assert refusal.value.extra["limit"] == refusal.value.extra["used"] == 5
    assert refusal.value.extra["resets_at"] == next_month(alice)
    assert "no posts left this month: you’ve used 5 of 5." in refusal.value.detail


def test_a_refusal_takes_nothing_of_the_month_either(alice: User) -> None:
    """If only one of month and day has room, neither is reserved, even if the error is caught."""
    with transaction.atomic():
        for units, what in (
            (3, "2 posts left today, and this needs 3: you’ve used 0 of 2"),
            (6, "5 posts left this month, and this needs 6: you’ve used 0 of 5"),
        ):
            with pytest.raises(QuotaExceeded, match=what):
                quotas.reserve(alice, uuid4(), units)
    assert not UserQuota.objects.exists()
    reserved(alice)
    with pytest.raises(QuotaExceeded, match="1 post left today, and this needs 2: you’ve used 1 of 2"):
        quotas.reserve(alice, uuid4(), 2)
    assert taken(alice) == (0, 1, 0, 1)
    reserved(alice)


def test_a_unit_given_back_can_be_taken_again(alice: User) -> None:
    run_id = reserved(alice, 2)
    with pytest.raises(QuotaExceeded):
        quotas.reserve(alice, uuid4())
    assert quotas.refund(run_id)
    reserved(alice, 2)


def test_unlimited(mallory: User) -> None:
    reserved(mallory, 999)
    reserved(mallory)
    with pytest.raises(QuotaExceeded, match="you’ve used 1000 of 1000"):
        quotas.reserve(mallory, uuid4())
    TierLimit.objects.update(posts_per_month=None)
    reserved(mallory, 1_000_000)
    assert quotas.usage(mallory)["month"]["limit"] is None


def test_everybody_has_their_own(alice: User, bob: User) -> None:
    reserved(alice, 2)
    reserved(bob, 2)
    assert taken(alice) == taken(bob) == (0, 2, 0, 2)


def test_another_plan_counts_at_once(alice: User) -> None:
    reserved(alice, 2)
    set_tier(user=alice, tier="starter")
    reserved(alice, 8)
    set_tier(user=alice, tier="free")
    with pytest.raises(QuotaExceeded, match="you’ve used 10 of 5") as refusal:
        quotas.reserve(alice, uuid4())
    assert (refusal.value.extra["used"], refusal.value.extra["limit"]) == (10, 5)


def test_the_next_day(alice: User) -> None:
    yesterdays, open_run = reserved(alice), reserved(alice)
    quotas.settle(yesterdays)
    let_days_pass(alice, 1)
    assert taken(alice) == (1, 1, 0, 0)
    todays = reserved(alice)
    assert taken(alice) == (1, 2, 0, 1)
    assert quotas.settle(open_run), "counts yesterday, so today's counters stay"
    assert taken(alice) == (2, 1, 0, 1)
    assert quotas.refund(todays)
    assert taken(alice) == (2, 0, 0, 0)


def test_the_next_month(alice: User) -> None:
    open_run, failing = reserved(alice), reserved(alice)
    let_months_pass(alice)
    assert taken(alice) == (0, 0, 0, 0)
    reserved(alice, 2)
    assert quotas.settle(open_run)
    assert quotas.refund(failing)
    assert taken(alice) == (0, 2, 0, 2)
    last_month = UserQuota.objects.order_by("period_start")[0]
    assert (last_month.used, last_month.reserved) == (1, 0)
    assert (last_month.day_used, last_month.day_reserved) == (1, 0)


def test_a_transaction_from_before_midnight_counts_in_the_newer_day(alice: User) -> None:
    reserved(alice)
    let_days_pass(alice, -1)
    late = reserved(alice)
    assert UserQuota.objects.get().day == today() + timedelta(days=1)
    with pytest.raises(QuotaExceeded):
        quotas.reserve(alice, uuid4())
    assert quotas.settle(late)
    row = UserQuota.objects.get()
    assert (row.day_used, row.day_reserved) == (1, 1)


def test_whatever_happens_in_whatever_order(alice: User) -> None:
    set_tier(user=alice, tier="starter")
    open_runs: list[UUID] = []
    for _ in range(60):
        match random.choice(["reserve", "reserve", "settle", "refund", "day"]):
            case "reserve":
                try:
                    open_runs.append(reserved(alice, random.randint(1, 3)))
                except QuotaExceeded:
                    continue
            case "day":
                let_days_pass(alice, 1)
            case end if open_runs:
                run_id = open_runs.pop(random.randrange(len(open_runs)))
                assert (quotas.settle if end == "settle" else quotas.refund)(run_id)
    usage = quotas.usage(alice)
    assert usage["month"]["reserved"] >= usage["day"]["reserved"]
    assert broken() == []


def test_without_tiers_nothing_starts(alice: User) -> None:
    TierLimit.objects.all().delete()
    with pytest.raises(ImproperlyConfigured, match="seed_tiers"):
        quotas.reserve(alice, uuid4())


def test_max_concurrent_runs(
    alice: User, mallory: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert max_concurrent_runs(alice) == 2
    assert max_concurrent_runs(mallory) == 20


def test_usage_in_the_api(client_for: Callable[..., Client], alice: User) -> None:
    quotas.settle(reserved(alice))
    reserved(alice)
    response = client_for("alice", "read").get("/api/v1/usage")
    assert response.status_code == 200
    assert response.json() == {
        "tier": "free",
        "resets_at": f"{next_month(alice):%Y-%m-%dT00:00:00Z}",
        "month": {"used": 1, "reserved": 1, "limit": 5},
        "day": {"used": 1, "reserved": 1, "limit": 2},
        "assists": {"used": 0, "reserved": 0, "limit": 30},
        "cost": {"spent_usd": "0.000000", "limit_usd": "5.00"},
    }
    assert client_for("mallory").get("/api/v1/usage").json()["day"] == {
        "used": 0,
        "reserved": 0,
        "limit": None,
    }
    assert client_for(None).get("/api/v1/usage").status_code == 401


def test_tiers_in_the_api(client_for: Callable[..., Client]) -> None:
    response = client_for("mallory", "read").get("/api/v1/tiers")
    assert response.status_code == 200
    page = response.json()
    assert (page["next"], page["previous"]) == (None, None)
    assert [tier["tier"] for tier in page["results"]] == ["free", "starter", "pro", "business"]
    assert page["results"][3] == {
        "tier": "business",
        "posts_per_month": 1000,
        "posts_per_day": None,
        "concurrent_runs": 20,
        "price_monthly_usd": "149.00",
        "price_yearly_usd": "1490.00",
        "max_cost_usd": "20.0000",
        "assists_per_month": 10_000,
        "monthly_cost_usd": "500.00",
        "requests_per_minute": 120,
        "requests_per_hour": 10_000,
        "features": TierLimit.objects.get(tier="business").features,
    }
    assert client_for(None).get("/api/v1/tiers").status_code == 401


def test_assists_are_counted_apart(alice: User) -> None:
    run_id = uuid4()
    quotas.reserve(alice, run_id, 30, Meter.ASSISTS)
    with pytest.raises(QuotaExceeded, match="no assists left this month: you’ve used 30 of 30"):
        quotas.reserve(alice, uuid4(), 1, Meter.ASSISTS)
    assert taken(alice) == (0, 0, 0, 0)
    assert quotas.settle(run_id)
    assert quotas.usage(alice)["assists"] == {"used": 30, "reserved": 0, "limit": 30}


def test_what_a_run_costs_is_in_the_ledger(alice: User) -> None:
    stopped, failed = reserved(alice), reserved(alice)
    assert quotas.settle(stopped, Spent(1_000, 500, Decimal("0.25")))
    assert not quotas.settle(stopped, Spent(10, 5, Decimal("0.01"))), "it went on"
    assert quotas.refund(failed, Spent(100, 50, Decimal("0.04")))
    lines = UsageRecord.objects.exclude(kind="reserve").order_by("id")
    assert list(lines.values_list("kind", "units", "input_tokens", "output_tokens", "cost_usd")) == [
        ("settle", 1, 1_000, 500, Decimal("0.25")),
        ("spend", 0, 10, 5, Decimal("0.01")),
        ("refund", 1, 100, 50, Decimal("0.04")),
    ]
    assert quotas.usage(alice)["cost"]["spent_usd"] == Decimal("0.30")
    assert taken(alice) == (1, 0, 1, 0)


@pytest.mark.parametrize("limits", [{}, {"cost_limit_usd": 9}, {"own_cost_limit_usd": 3}])
def test_the_month_may_cost_so_much(alice: User, limits: dict[str, int]) -> None:
    """The plan's limit, or what staff set in its place, or less if the user wants less."""
    Entitlement.objects.create(user=alice, **limits)
    limit = next(iter(limits.values()), 5)
    quotas.refund(reserved(alice), Spent(1, 1, limit - Decimal("0.01")))
    cheap = reserved(alice)
    quotas.refund(cheap, Spent(1, 1, Decimal("0.01")))
    with pytest.raises(CostLimitReached, match=rf"\${limit}\.00 (of model calls )?a month"):
        quotas.reserve(alice, uuid4())
    with pytest.raises(CostLimitReached):
        quotas.reserve(alice, uuid4(), 1, Meter.ASSISTS)


def test_granted_units(alice: User, bob: User) -> None:
    TierLimit.objects.filter(tier="free").update(posts_per_day=None)
    quotas.grant(alice, 2, reason="An outage", actor=bob)
    reserved(alice, 5)
    reserved(alice, 2)
    with pytest.raises(QuotaExceeded, match="7 of 7"):
        quotas.reserve(alice, uuid4())
    line = UsageRecord.objects.get(kind="grant")
    assert (line.units, line.reason, line.actor_id) == (2, "An outage", bob.pk)


def test_a_used_unit_is_given_back_once(alice: User, bob: User) -> None:
    run_id, unit = uuid4(), uuid4()
    quotas.reserve(alice, unit, for_run=run_id)
    with pytest.raises(Conflict, match="this one is reserved"):
        quotas.give_back(unit, reason="Too early", actor=bob)
    quotas.settle(unit)
    assert quotas.usage(alice)["month"] == {"used": 1, "reserved": 0, "limit": 5}
    quotas.give_back(unit, reason="The post was cut off", actor=bob)
    with pytest.raises(Conflict, match="this one is refunded"):
        quotas.give_back(unit, reason="Again", actor=bob)
    assert quotas.usage(alice)["month"] == {"used": 1, "reserved": 0, "limit": 6}
    assert quotas.state_of(unit) == "refunded"
    line = UsageRecord.objects.get(kind="grant")
    assert (line.units, line.for_run, line.reason, line.actor_id) == (
        1,
        run_id,
        "The post was cut off",
        bob.pk,
    )


def test_a_refunded_unit_is_not_given_back_again(alice: User, bob: User) -> None:
    unit = reserved(alice)
    quotas.refund(unit, Spent(1, 1, Decimal("0.01")))
    quotas.refund(unit, Spent(1, 1, Decimal("0.01")))  # a call that came too late
    assert quotas.state_of(unit) == "refunded"
    with pytest.raises(Conflict):
        quotas.give_back(unit, reason="Twice", actor=bob)


def test_a_unit_of_an_earlier_month_is_given_back_in_this_one(alice: User, bob: User) -> None:
    unit = reserved(alice)
    quotas.settle(unit)
    month = F("period_start") - timedelta(days=31)
    UsageRecord.objects.update(period_start=month)
    UserQuota.objects.update(period_start=month)
    quotas.give_back(unit, reason="It was empty", actor=bob)
    assert quotas.usage(alice)["month"] == {"used": 0, "reserved": 0, "limit": 6}


def test_grants_on_different_days_add_up(alice: User, bob: User) -> None:
    quotas.grant(alice, 2, reason="An outage", actor=bob)
    yesterday = F("day") - timedelta(days=1)
    UsageRecord.objects.update(day=yesterday)
    UserQuota.objects.update(day=yesterday)
    quotas.grant(alice, 1, reason="Another one", actor=bob)
    assert quotas.usage(alice)["month"]["limit"] == 8


def test_the_ledger_outlives_the_account(alice: User) -> None:
    quotas.settle(reserved(alice))
    alice.delete()
    assert UsageRecord.objects.count() == 2


def test_reserving_is_planned_once_for_a_connection(mallory: User) -> None:
    """Postgres takes ten times as long to plan it as to execute it."""
    for _ in range(12):  # five before psycopg has it prepared, and five before Postgres keeps one plan
        reserved(mallory)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(generic_plans) FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%INSERT INTO usage_records%"],
        )
        assert cursor.fetchone()[0] >= 1
