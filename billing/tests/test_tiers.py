from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from billing.limits import require
from billing.models import Entitlement, TierLimit
from billing.tiers import SEEDS, seed_tiers, set_tier, tier_for
from blogai.core.errors import TierRequired

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


def test_seeding_again_changes_nothing() -> None:
    assert seed_tiers() == []
    assert run("seed_tiers") == "The tiers are up to date.\n"


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
    assert run("set_tier", "--email", alice.email.upper(), "pro") == "alice@example.com has the tier pro.\n"
    assert tier_for(alice).tier == "pro"
    set_tier(user=alice, tier="starter")
    assert tier_for(alice).tier == "starter"
    assert Entitlement.objects.count() == 1


def test_set_tier_refuses_what_is_not_there(alice: User) -> None:
    with refused("There is no tier 'gold'; there are free, starter, pro, business."):
        run("set_tier", "--email", alice.email, "gold")
    with refused("There is no account nobody@example.com."):
        run("set_tier", "--email", "nobody@example.com", "pro")
    assert not Entitlement.objects.exists()


def test_what_a_plan_does_not_include(alice: User, mallory: User) -> None:
    require(mallory, "brand_voice")
    with pytest.raises(TierRequired, match="needs the pro plan or a larger one") as refusal:
        require(alice, "brand_voice")
    assert refusal.value.extra == {
        "current_tier": "free",
        "required_tier": "pro",
        "upgrade_url": "http://127.0.0.1:8000/#plans",
    }
