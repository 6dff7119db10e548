"""/pricing: what plans cost and include, for visitors, customers and whoever runs the server."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from billing.models import Entitlement, TierLimit
from billing.simulated import SimulatedStripe
from billing.tests.buying import buy
from billing.tiers import SEEDS, set_tier
from billing.units import UNITS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_lazy_fetches")]

URL = "/pricing"
BUILT = {"blog_generation", "basic_tools", "export_formats", "webhooks"}
"""Those of `tier_limits.features` that this version has."""


def words(page: str) -> str:
    """What a reader sees of the page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def cells(page: str, row: str) -> list[str]:
    """The cells of a row of the comparison."""
    found = re.search(rf'<th scope="row"[^>]*>{re.escape(row)}\b.*?</tr>', page, re.DOTALL)
    assert found, row
    return [words(cell) or "Yes" for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[0], re.DOTALL)]


def test_it_works(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        page = client.get(URL).text
    assert cells(page, "Posts a month") == ["5", "50", "200", "1,000"]
    assert cells(page, "Posts a day") == ["2", "10", "50", "No limit"]
    assert cells(page, "Webhooks") == ["– No", "Yes", "Yes", "Yes"]
    assert cells(page, "More formats") == ["– No", "Yes", "Yes", "Yes"]
    assert [f"${price} a month" in words(page) for price in (19, 49, 149)] == [True] * 3
    assert "Your plan" not in page.partition("What each plan includes")[0]


def test_what_staff_change_is_what_it_says(client: Client) -> None:
    changed = {"posts_per_day": None, "monthly_cost_usd": None, "price_monthly_usd": 59}
    TierLimit.objects.filter(tier="pro").update(**changed)
    page = client.get(URL).text
    assert cells(page, "Posts a day")[2] == cells(page, "Included each month")[2] == "No limit"
    assert "$59 a month" in words(page)


def test_a_year_is_a_link_away_and_says_what_it_saves(client: Client) -> None:
    assert '<a href="/pricing?interval=year">Yearly</a>' in client.get(URL).text
    page = words(client.get(URL, {"interval": "year"}).text)
    assert "$190 a year" in page and "You save $38 a year" in page
    assert "$19 a month" not in page
    assert "$19 a month" in words(client.get(URL, {"interval": "<b>"}).text)


def test_a_year_that_saves_nothing_does_not_say_so(client: Client) -> None:
    TierLimit.objects.exclude(tier="free").update(price_yearly_usd=1_800)
    page = words(client.get(URL, {"interval": "year"}).text)
    assert "$1,800 a year" in page
    assert "You save" not in page


def test_it_promises_only_what_is_there(client: Client) -> None:
    """A feature that is built gets a line of the comparison, and its name into BUILT."""
    page = words(client.get(URL).text).lower()
    unbuilt = {feature for seed in SEEDS for feature in seed.features} - BUILT
    assert unbuilt
    for feature in (*unbuilt, "book", "chapter", "research", "brand", "team", "support"):
        assert feature.replace("_", " ") not in page, feature
    for unit in UNITS:
        assert (unescape(unit.what).lower() in page) == unit.built or unit.what == "A book"


def test_the_own_plan_is_marked(
    browser: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    set_tier(user=alice, tier="starter")
    # the session and its user; the plan, which the header needs as well; all plans; the subscription
    with django_assert_num_queries(2 + 1 + 1 + 1 + 2):
        page = browser.get(URL).text
    assert page.count("Your plan</span>") == 1
    assert re.search(r"Starter <span[^>]*>.*Your plan", page)
    assert "Sign up free" not in page


@pytest.mark.parametrize(
    ("development", "staff", "told"), [(False, False, False), (True, False, True), (False, True, True)]
)
def test_without_stripe_it_says_so_and_to_its_operator_how(
    browser: Client, alice: User, settings: Any, development: bool, staff: bool, told: bool
) -> None:
    settings.DEVELOPMENT = development
    alice.is_staff = staff
    alice.save()
    for page in (browser.get(URL).text, Client().get(URL).text if not staff else browser.get(URL).text):
        assert "can’t buy a paid plan here yet" in page
        assert ("STRIPE_SIMULATED=1 make run" in page) == ("setup_stripe" in page) == told
        assert "<button" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_subscriber_is_on_what_they_pay_for(browser: Client, alice: User) -> None:
    Entitlement.objects.create(
        user=alice, subscribed_tier_id="pro", status="active", period_end=timezone.now() + timedelta(days=3)
    )
    assert re.search(r"Pro <span[^>]*>.*Your plan", browser.get(URL).text)


def test_the_first_page_compares_the_same_and_leads_here(client: Client) -> None:
    TierLimit.objects.filter(tier="pro").update(price_monthly_usd=59)
    table = r'<table class="compare".*?</table>'
    (here,) = re.findall(table, client.get(URL).text, re.DOTALL)
    page = client.get("/").text
    (there,) = re.findall(table, page, re.DOTALL)
    assert re.findall("<tbody.*</tbody>", here, re.DOTALL) == re.findall("<tbody.*</tbody>", there, re.DOTALL)
    assert "Free $0 Starter $19 a month Pro $59 a month Business $149 a month" in words(there)
    assert "$" not in words(here).partition("Writing")[0], "the cards above it have the prices"
    assert page.count('href="/pricing"') == 3, "the header, the section, the footer"


def test_what_is_for_sale_has_a_button(shop: SimulatedStripe, browser: Client) -> None:
    page = browser.get(URL, {"interval": "year"}).text
    assert "can’t buy a paid plan" not in page
    assert re.findall(r'name="tier" value="(\w+)"', page) == ["starter", "pro", "business"]
    assert page.count('name="interval" value="year"') == 3
    assert page.count('<form method="post" action="/billing/checkout">') == 3
    assert "Choose Pro</button>" in page


def test_a_visitor_signs_up_first_and_comes_back(shop: SimulatedStripe, client: Client) -> None:
    page = client.get(URL, {"interval": "year"}).text
    assert page.count('href="/sign-up?next=/pricing%3Finterval%3Dyear"') == 3
    assert "/billing/checkout" not in page


def test_a_subscriber_switches(shop: SimulatedStripe, browser: Client) -> None:
    buy(shop, browser)
    page = browser.get(URL).text
    assert "Switch to Starter</button>" in page and "Switch to Business</button>" in page
    assert 'href="/billing">Manage your plan</a>' in page
    assert "Choose" not in page


def test_where_only_months_are_sold_a_year_leads_there(shop: SimulatedStripe, browser: Client) -> None:
    TierLimit.objects.update(price_yearly_usd=1)  # which is not what the yearly prices at Stripe say
    page = browser.get(URL, {"interval": "year"}).text
    assert (
        "Yearly billing isn’t available here yet." in page
        and 'href="/pricing">See monthly prices</a>' in page
    )
    assert "Choose" not in page and "can’t buy a paid plan" not in page
    assert "Choose Pro</button>" in browser.get(URL).text
