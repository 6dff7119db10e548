"""Which plan somebody has, and when their months start: tables, with the facts moved against the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from billing import quotas
from billing.entitlements import window_of
from billing.models import Entitlement
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
