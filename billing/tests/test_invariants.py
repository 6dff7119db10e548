"""The invariants detect what the table constraints allow."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import F

from accounts.models import User
from billing import quotas
from billing.invariants import broken
from billing.models import Meter, UsageRecord, UserQuota

pytestmark = pytest.mark.django_db


@pytest.fixture
def run_id(alice: User) -> UUID:
    run_id = uuid4()
    quotas.reserve(alice, run_id)
    assert broken() == []
    return run_id


@pytest.mark.parametrize("counter", ["used", "reserved", "day_used", "day_reserved"])
def test_a_counter_that_is_not_the_ledgers_sum(run_id: UUID, counter: str) -> None:
    UserQuota.objects.update(**{counter: F(counter) + 1})
    (line,) = broken()
    assert "the ledger 0 1 0 0.000000 " in line


def test_a_counter_of_another_day(run_id: UUID) -> None:
    UserQuota.objects.update(day=F("day") + timedelta(days=1))
    assert len(broken()) == 1


def test_a_counter_without_a_ledger_and_the_reverse(run_id: UUID) -> None:
    saved = UsageRecord.objects.get()
    saved.delete()
    assert "the ledger nothing" in broken()[0]
    saved.save(force_insert=True)
    UserQuota.objects.all().delete()
    assert "the counters say nothing" in broken()[0]


def test_two_ends_of_one_run(run_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX usage_records_ended_once")
    end = UsageRecord.objects.get()
    for kind in ("settle", "refund"):
        end.pk, end.kind = None, kind
        end.save(force_insert=True)
    assert f"run {run_id}: 1 reservations, 2 ends" in broken()


def test_an_end_without_a_reservation(run_id: UUID) -> None:
    UsageRecord.objects.update(kind="refund")
    assert f"run {run_id}: 0 reservations, 1 ends" in broken()


def test_an_end_of_other_units(run_id: UUID) -> None:
    quotas.settle(run_id)
    UsageRecord.objects.filter(kind="settle").update(units=2)
    assert f"run {run_id}: its settle differs from its reservation" in broken()


def test_units_of_an_earlier_account_after_a_grant(alice: User, bob: User) -> None:
    quotas.grant(alice, 2, reason="A present", actor=bob)
    carry(alice, units=3, day_units=1)
    assert broken() == []


def test_units_of_an_earlier_account_none_of_its_last_day(alice: User) -> None:
    carry(alice, units=3, day_units=0)
    assert broken() == []


def carry(user: User, *, units: int, day_units: int) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    quotas.carry(user, Meter.POSTS, units=units, cost_usd=Decimal(), day=yesterday, day_units=day_units)
