"""Whoever deletes their account and signs up again goes on with what was left of the free plan."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import closing
from accounts.models import User
from accounts.origins import Origin
from accounts.tests.mails import delivered
from accounts.tests.signing_in import confirmed
from billing import carry_over, quotas
from billing.carry_over import mailbox
from billing.invariants import broken
from billing.models import CarriedUsage, Entitlement, Meter, TierLimit, UsageRecord, UserQuota
from billing.quotas import Spent
from billing.tiers import set_tier
from blogai.core.errors import CostLimitReached, QuotaExceeded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(db: None) -> Any:
    yield
    assert broken() == []


def signed_up(email: str = "alice@example.com") -> User:
    return User.objects.create_user(email=email, password="a password")


def used(user: User, units: int = 1, meter: Meter = Meter.POSTS) -> None:
    run_id = uuid4()
    quotas.reserve(user, run_id, units, meter)
    quotas.settle(run_id)


def counts(user: User) -> tuple[int, int, int]:
    """Used posts of the month and of the day, and used assists."""
    usage = quotas.usage(user)
    return usage["month"]["used"], usage["day"]["used"], usage["assists"]["used"]


def move(user: User, days: int) -> None:
    """Move the user and their usage so many days into the past."""
    passed = timedelta(days=days)
    User.objects.filter(pk=user.pk).update(date_joined=user.date_joined - passed)
    user.refresh_from_db()
    for model in (UsageRecord, UserQuota):
        for row in model.objects.filter(user=user):
            row.day, row.period_start = row.day - passed, row.period_start - passed
            row.save(update_fields=["day", "period_start"])


DELETIONS: dict[str, Callable[[User], object]] = {
    "the row": lambda user: user.delete(),
    "a queryset": lambda user: User.objects.filter(pk=user.pk).delete(),
}


@pytest.mark.parametrize("delete", DELETIONS.values(), ids=DELETIONS)
def test_what_was_used_is_used(delete: Callable[[User], object]) -> None:
    first = signed_up()
    used(first, 2)
    used(first, 3, meter=Meter.ASSISTS)
    delete(first)
    second = signed_up()
    assert counts(second) == (2, 2, 3)
    with pytest.raises(QuotaExceeded, match="no posts left today: you’ve used 2 of 2"):
        quotas.reserve(second, uuid4())
    lines = UsageRecord.objects.filter(user=second).order_by("meter").values_list("kind", "meter", "units")
    assert list(lines) == [("carry", "assists", 3), ("carry", "posts", 2)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("alice@example.com", "ALICE@Example.com"),
        ("alice@example.com", "alice+2@example.com"),
        ("alice+1@example.com", "alice+2@example.com"),
        ("a.lice@gmail.com", "alic.e+new@googlemail.com"),
        ("alice@GMAIL.com", "a.l.i.c.e@gmail.com"),
    ],
)
def test_another_spelling_is_no_other_address(before: str, after: str) -> None:
    first = signed_up(before)
    used(first, 2)
    first.delete()
    assert counts(signed_up(after)) == (2, 2, 0)


@pytest.mark.parametrize(
    ("email", "same"),
    [
        ("a.lice@example.com", False),  # dots mean nothing at Gmail only
        ("alice@example.org", False),
        ("+alice@example.com", False),
        ("Alice+blog@EXAMPLE.com", True),
    ],
)
def test_what_is_another_address(email: str, same: bool) -> None:
    assert (mailbox(email) == mailbox("alice@example.com")) is same


def test_the_months_go_on(alice: User) -> None:
    used(alice, 2)
    move(alice, 20)
    resets_at = quotas.usage(alice)["resets_at"]
    alice.delete()
    again = signed_up()
    assert quotas.usage(again)["resets_at"] == resets_at
    assert counts(again) == (2, 0, 0), "of another day"
    used(again, 2)
    again.delete()
    assert counts(signed_up()) == (4, 2, 0), "and again"


def test_a_month_that_has_ended_is_forgotten(alice: User) -> None:
    used(alice, 2)
    alice.delete()
    CarriedUsage.objects.update(period_end=timezone.now())
    assert counts(signed_up()) == (0, 0, 0)
    assert carry_over.purge() == 1
    assert not CarriedUsage.objects.exists()


def test_neither_the_address_nor_a_plain_hash_of_it_is_kept(alice: User, settings: Any) -> None:
    used(alice)
    alice.delete()
    known = CarriedUsage.objects.get().address
    assert known == carry_over.address_hash("alice@example.com", settings.API_KEY_PEPPER)
    settings.API_KEY_PEPPER = "another" * 8
    assert known != carry_over.address_hash("alice@example.com", settings.API_KEY_PEPPER)


def test_it_is_carried_while_the_pepper_is_replaced(alice: User, settings: Any) -> None:
    used(alice, 2)
    alice.delete()
    settings.API_KEY_PEPPER_PREVIOUS = [settings.API_KEY_PEPPER]
    settings.API_KEY_PEPPER = "another" * 8
    assert counts(signed_up()) == (2, 2, 0)


def test_what_runs_cost_is_carried_too(alice: User) -> None:
    """A run that failed cost money and no unit."""
    run_id = uuid4()
    quotas.reserve(alice, run_id)
    quotas.refund(run_id, Spent(1, 1, Decimal(5)))
    alice.delete()
    again = signed_up()
    assert counts(again) == (0, 0, 0)
    with pytest.raises(CostLimitReached):
        quotas.reserve(again, uuid4())


def test_an_open_run_counts_as_used(alice: User) -> None:
    quotas.reserve(alice, uuid4(), 2)
    alice.delete()
    assert counts(signed_up()) == (2, 2, 0)
    assert not UsageRecord.objects.filter(kind="refund").exists()


def test_units_that_staff_gave_are_used_first(alice: User, bob: User) -> None:
    TierLimit.objects.filter(tier="free").update(posts_per_day=None)
    quotas.grant(alice, 2, reason="An outage", actor=bob)
    used(alice, 3)
    alice.delete()
    assert counts(signed_up()) == (1, 1, 0)


def test_of_a_subscriber_what_they_used_on_the_free_plan_counts(alice: User) -> None:
    """As if they had only cancelled: what they paid for is gone, and brings no free posts back either."""
    used(alice, 2)
    now = timezone.now()
    Entitlement.objects.create(
        user=alice,
        subscribed_tier_id="pro",
        status="active",
        anchor=now - timedelta(hours=1),
        period_end=now + timedelta(days=30),
    )
    used(alice, 30)
    alice.delete()
    assert counts(signed_up()) == (2, 2, 0)


def test_a_plan_given_by_staff_counts_as_the_free_one(alice: User) -> None:
    set_tier(user=alice, tier="pro")
    used(alice, 30)
    alice.delete()
    again = signed_up()
    with pytest.raises(QuotaExceeded, match="no posts left this month: you’ve used 30 of 5"):
        quotas.reserve(again, uuid4())


def test_whoever_used_nothing_leaves_nothing(alice: User) -> None:
    alice.delete()
    assert not CarriedUsage.objects.exists()
    assert not Entitlement.objects.filter(user=signed_up()).exists()


def test_accounts_at_the_same_time_have_their_own_units(alice: User) -> None:
    used(alice, 2)
    other = signed_up("alice+other@example.com")
    assert counts(other) == (0, 0, 0)
    alice.delete()
    assert counts(other) == (0, 0, 0)
    other.delete()
    assert counts(signed_up()) == (2, 2, 0), "the higher numbers count"


def test_a_closed_account_has_left_its_address(alice: User) -> None:
    used(alice, 2)
    closing.close(alice, Origin())
    assert counts(signed_up("alice+again@example.com")) == (2, 2, 0)
    closing.keep(alice, Origin())
    assert counts(alice) == (2, 2, 0)


def changed(user: User, before: str, now: str) -> None:
    """As allauth does it when the new address is confirmed."""
    User.objects.filter(pk=user.pk).update(email=now)
    user.refresh_from_db()
    old, new = EmailAddress(user=user, email=before), EmailAddress(user=user, email=now)
    email_changed.send(EmailAddress, request=None, user=user, from_email_address=old, to_email_address=new)


def test_two_addresses_in_turns_are_no_way_round(alice: User) -> None:
    used(alice, 2)
    changed(alice, "alice@example.com", "alice@example.org")
    assert counts(alice) == (2, 2, 0)
    second = signed_up()
    assert counts(second) == (2, 2, 0), "the address was left with its usage"
    alice.delete()
    third = signed_up("bob@example.com")
    changed(third, "bob@example.com", "alice@example.org")
    assert counts(third) == (2, 2, 0), "and so was the other one"


def test_a_change_of_address_over_http(client: Client, alice: User) -> None:
    used(alice, 2)
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    client.force_login(alice)
    confirmed(client, alice)
    client.post("/settings/email", {"email": "liddell@example.com", "action_add": ""})
    assert not CarriedUsage.objects.exists(), "it is hers until the new one is confirmed"
    (path,) = re.findall(r"/confirm-email/\S+", str(delivered()[-1].body))
    client.post(path)
    assert User.objects.get().email == "liddell@example.com"
    assert counts(signed_up()) == (2, 2, 0)


def test_an_address_in_another_spelling_is_no_change(alice: User) -> None:
    used(alice, 2)
    changed(alice, "alice@example.com", "alice+new@example.com")
    assert not CarriedUsage.objects.exists()


def test_the_way_back_of_the_migration_leaves_a_ledger_that_adds_up(alice: User, bob: User) -> None:
    used(alice, 2)
    alice.delete()
    again = signed_up()
    quotas.grant(again, 2, reason="An outage", actor=bob)
    set_tier(user=again, tier="pro")
    used(again)
    used(again, meter=Meter.ASSISTS)
    with connection.cursor() as cursor:
        cursor.execute(import_module("billing.migrations.018_carried_usage").FORGET_CARRIED)
    assert counts(again) == (1, 1, 1)


def test_over_http(client_for: Callable[..., Client], alice: User, settings: Any) -> None:
    settings.OPENAI_API_KEY = "never used: nothing is started"
    used(alice, 2)
    alice.delete()
    client = client_for(signed_up())
    refusal = client.post("/generate-blog", {"topic": "Tides"})
    assert (refusal.status_code, refusal.json()["used"], refusal.json()["limit"]) == (402, 2, 2)
    assert client.get("/api/v1/usage").json()["month"] == {"used": 2, "reserved": 0, "limit": 5}
    (line,) = client.get("/api/v1/usage/records").json()["results"]
    assert (line["kind"], line["units"], line["run_id"]) == ("carry", 2, None)
