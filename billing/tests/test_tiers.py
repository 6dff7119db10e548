from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from billing.limits import require
from billing.models import Entitlement, TierLimit
from billing.quotas import usage
from billing.tiers import (
    SEEDS,
    changed_plans,
    end_given_tier,
    seed_tiers,
    set_cost_limit,
    set_tier,
    tier_for,
)
from blogai.core.errors import Conflict, TierRequired

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    with pytest.raises(CommandError) as error:
        yield
    assert sentence in str(error.value)


def test_without_an_entitlement_the_plan_is_free(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        tier = tier_for(alice)
    assert (tier.tier, tier.posts_per_month, tier.posts_per_day, tier.concurrent_runs) == ("free", 5, 2, 2)


def test_everybody_has_their_own_plan(alice: User, mallory: User) -> None:
    assert tier_for(mallory).tier == "business"
    assert tier_for(mallory).posts_per_day is None
    assert tier_for(alice).tier == "free"


def test_the_seeds_are_the_plans_as_sold() -> None:
    rows = TierLimit.objects.values_list(
        "tier", "posts_per_month", "posts_per_day", "concurrent_runs", "price_monthly_usd", "price_yearly_usd"
    )
    assert list(rows) == [
        ("free", 5, 2, 2, Decimal(0), Decimal(0)),
        ("starter", 50, 10, 3, Decimal(19), Decimal(190)),
        ("pro", 200, 50, 5, Decimal(49), Decimal(490)),
        ("business", 1_000, None, 20, Decimal(149), Decimal(1_490)),
    ]
    rates = TierLimit.objects.values_list("requests_per_minute", "requests_per_hour")
    assert list(rates) == [(10, 100), (30, 500), (60, 2_000), (120, 10_000)]
    assert set(SEEDS[0].features) < set(SEEDS[1].features) < set(SEEDS[2].features) < set(SEEDS[3].features)


def test_webhooks_are_from_starter_on_in_older_databases_too() -> None:
    """The migration puts them where a new database has them, so that `seed_tiers` finds no difference."""
    migration = import_module("billing.migrations.025_webhooks_from_starter")
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(migration.REMOVE)
            assert not TierLimit.objects.filter(features__contains=["webhooks"]).exists()
            cursor.execute(migration.ADD)
            cursor.execute(migration.ADD)  # which adds them once
        assert changed_plans() == []
    having = TierLimit.objects.filter(features__contains=["webhooks"]).values_list("tier", flat=True)
    assert list(having) == ["starter", "pro", "business"]


def test_seeding_again_changes_nothing() -> None:
    assert seed_tiers() == []
    assert run("seed_tiers") == "The plans are up to date.\n"


def test_seeding_adds_what_is_missing_and_keeps_what_staff_changed() -> None:
    TierLimit.objects.filter(tier="business").delete()
    TierLimit.objects.filter(tier="pro").update(posts_per_day=40)
    kept = "Changed by staff, and kept (--force overwrites):\n  pro: posts_per_day 40 → 50\n"
    assert run("seed_tiers") == f"{kept}business: added\n"
    assert TierLimit.objects.get(tier="pro").posts_per_day == 40
    assert run("seed_tiers") == kept


def test_forced_seeding_shows_what_it_overwrites() -> None:
    TierLimit.objects.filter(tier="pro").update(posts_per_day=40)
    assert run("seed_tiers", "--force") == "Overwriting:\n  pro: posts_per_day 40 → 50\n"
    assert TierLimit.objects.get(tier="pro").posts_per_day == 50


def test_an_empty_table_says_what_to_do(alice: User) -> None:
    TierLimit.objects.all().delete()
    with pytest.raises(ImproperlyConfigured, match="seed_tiers"):
        tier_for(alice)
    with refused("seed_tiers"):
        run("set_tier", "--email", alice.email, "pro")


def test_set_tier(alice: User) -> None:
    assert (
        run("set_tier", "--email", alice.email.upper(), "pro")
        == "alice@example.com is now on the plan pro.\n"
    )
    assert tier_for(alice).tier == "pro"
    set_tier(user=alice, tier="starter")
    assert tier_for(alice).tier == "starter"
    assert Entitlement.objects.count() == 1


def test_set_tier_refuses_what_is_not_there(alice: User) -> None:
    with refused("Unknown plan 'gold'. Choose from free, starter, pro, business."):
        run("set_tier", "--email", alice.email, "gold")
    with refused("No account has the address nobody@example.com."):
        run("set_tier", "--email", "nobody@example.com", "pro")
    assert not Entitlement.objects.exists()


def test_what_a_plan_does_not_include(alice: User, mallory: User) -> None:
    require(mallory, "brand_voice")
    with pytest.raises(TierRequired, match="Move to the pro plan or a larger one") as refusal:
        require(alice, "brand_voice")
    assert refusal.value.extra == {
        "current_tier": "free",
        "required_tier": "pro",
        "upgrade_url": "http://127.0.0.1:8000/pricing",
    }


def test_a_plan_is_given_until_a_date_and_taken_back(alice: User, bob: User) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    set_tier(user=alice, tier="pro", until=tomorrow, by=bob, because="A talk at the conference")
    given = Entitlement.objects.get()
    assert (given.given_until, given.given_by, given.given_because) == (
        *(tomorrow, bob),
        "A talk at the conference",
    )
    assert tier_for(alice).tier == "pro"
    end_given_tier(user=alice)
    assert tier_for(alice).tier == "free"
    assert Entitlement.objects.get().given_because == ""
    with pytest.raises(Conflict):
        end_given_tier(user=alice)


def test_a_plan_that_is_over_is_not_taken_back(alice: User, bob: User) -> None:
    set_tier(user=alice, tier="pro", until=timezone.now() - timedelta(days=1), by=bob, because="A talk")
    with pytest.raises(Conflict):
        end_given_tier(user=alice)


def test_staff_set_what_a_month_may_cost(alice: User) -> None:
    set_cost_limit(user=alice, usd=Decimal(40))
    assert usage(alice)["cost"]["limit_usd"] == 40
    set_cost_limit(user=alice, usd=None)
    assert usage(alice)["cost"]["limit_usd"] == TierLimit.objects.get(tier="free").monthly_cost_usd
