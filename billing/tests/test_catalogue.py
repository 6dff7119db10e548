"""What is for sale, what is not and why, and which plan an older price still gives."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync

from billing.models import TierLimit
from billing.simulated import SimulatedStripe
from billing.stripe import catalogue, prices
from billing.stripe.catalogue import TIER
from billing.tests.buying import set_up

pytestmark = pytest.mark.django_db

ALL = [(tier, interval) for tier in ("starter", "pro", "business") for interval in ("month", "year")]


def sold() -> list[tuple[str, str]]:
    return [(offer.tier, offer.interval) for offer in catalogue.for_sale()]


def fetch() -> None:
    """As the job does every quarter of an hour."""
    async_to_sync(prices.refresh)()


@pytest.fixture
def of_the_settings(simulated_stripe: SimulatedStripe, settings: Any) -> SimulatedStripe:
    """Pro by the month is sold for a price that was made by hand."""
    settings.STRIPE_PRICE_IDS = {**settings.STRIPE_PRICE_IDS, "pro": "price_by_hand"}
    return simulated_stripe


def test_it_works(shop: SimulatedStripe) -> None:
    assert sold() == ALL
    assert [offer.price for offer in catalogue.for_sale()] == ["$19", "$190", "$49", "$490", "$149", "$1,490"]
    assert catalogue.warnings() == []
    assert [catalogue.tier_of(offer.price_id) for offer in catalogue.for_sale()] == [tier for tier, _ in ALL]


def test_nothing_is_asked_of_stripe(shop: SimulatedStripe, django_assert_num_queries: Any) -> None:
    before = len(shop.asked)
    with django_assert_num_queries(2):
        catalogue.for_sale()
    assert len(shop.asked) == before


def test_a_price_of_the_settings_wins(shop: SimulatedStripe, of_the_settings: SimulatedStripe) -> None:
    shop.price("price_by_hand", amount=4900)
    fetch()
    assert catalogue.offer_for("pro", "month").price_id == "price_by_hand"
    assert catalogue.offer_for("pro", "year").price_id != "price_by_hand"
    assert sold() == ALL


WRONG: dict[str, dict[str, Any]] = {
    "it costs $50, and the plan $49": {"unit_amount": 5000},
    "it costs €49, and the plan $49": {"currency": "eur"},
    "it costs ¥4,900, and the plan $49": {"currency": "jpy"},
    "it isn't billed once a month.": {"recurring": {"interval": "year", "interval_count": 1}},
    "it isn't billed once a month": {"recurring": {"interval": "month", "interval_count": 3}},
    "it's billed by usage": {
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "metered"}
    },
    "it is archived": {"active": False},
    "it isn't a fixed amount": {"unit_amount": None},
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_price_that_does_not_fit_is_named_and_not_sold(
    of_the_settings: SimulatedStripe, fault: str
) -> None:
    of_the_settings.price("price_by_hand", amount=4900)
    of_the_settings.set("price_by_hand", **WRONG[fault])
    fetch()
    assert sold() == []
    (warning,) = catalogue.warnings()
    assert warning.startswith("price_by_hand isn't for sale as pro by the month: ")
    assert fault in warning


@pytest.mark.parametrize("marked", ["business", "", "something"])
def test_a_price_of_another_product_is_not_sold(of_the_settings: SimulatedStripe, marked: str) -> None:
    of_the_settings.price("price_by_hand", amount=4900)
    of_the_settings.set("prod_price_by_hand", metadata={TIER: marked})
    fetch()
    assert sold() == []
    assert "its product belongs to" in catalogue.warnings()[0]


def test_a_lookup_key_of_ours_on_a_foreign_product_is_not_sold(simulated_stripe: SimulatedStripe) -> None:
    simulated_stripe.price("price_foreign", amount=4900, lookup_key="blogai_pro_month")
    fetch()
    assert sold() == []
    assert "has no blogai_tier" in catalogue.warnings()[0]


def test_a_price_that_stripe_does_not_know_is_named(of_the_settings: SimulatedStripe) -> None:
    fetch()
    assert catalogue.warnings() == [
        "pro isn't for sale by the month: STRIPE_PRICE_ID_PRO names price_by_hand, which Stripe doesn't have "
        "in test mode. Run `manage.py setup_stripe` to look again."
    ]


def test_prices_of_the_other_mode_are_not_sold_and_give_nothing(shop: SimulatedStripe, settings: Any) -> None:
    price = catalogue.offer_for("pro", "month").price_id
    settings.STRIPE_LIVE_MODE = True
    assert sold() == []
    assert catalogue.tier_of(price) == ""


def test_a_plan_without_a_price_is_not_sold(shop: SimulatedStripe) -> None:
    TierLimit.objects.filter(tier="pro").update(price_monthly_usd=0)
    assert ("pro", "month") not in sold()
    assert ("pro", "year") in sold()


def test_who_pays_an_older_price_keeps_the_plan(shop: SimulatedStripe) -> None:
    before = catalogue.offer_for("pro", "month").price_id
    TierLimit.objects.filter(tier="pro").update(price_monthly_usd=59)
    assert ("pro", "month") not in sold()
    set_up()
    assert catalogue.offer_for("pro", "month").price == "$59"
    assert not shop.get(before)["active"]
    assert catalogue.tier_of(before) == "pro"


def test_an_older_price_of_a_product_made_by_hand_keeps_its_plan(
    of_the_settings: SimulatedStripe, settings: Any
) -> None:
    of_the_settings.price("price_before", amount=3900, product="prod_by_hand", lookup_key="blogai_pro_month")
    fetch()
    of_the_settings.price("price_by_hand", amount=4900, product="prod_by_hand")
    fetch()
    assert catalogue.tier_of("price_before") == catalogue.tier_of("price_by_hand") == "pro"


@pytest.mark.parametrize("price_id", ["price_foreign", "price_unknown", ""])
def test_a_foreign_price_gives_nothing(shop: SimulatedStripe, price_id: str) -> None:
    shop.price("price_foreign", amount=14_900, lookup_key="newsletter")
    assert catalogue.tier_of(price_id) == ""
