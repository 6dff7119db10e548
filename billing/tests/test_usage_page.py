"""/usage: what is used of the plan, the months before, the ledger in words, and the own cost limit."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from billing import history, quotas
from billing.models import Entitlement, Meter
from billing.quotas import Spent
from billing.tests.histories import a_month_passes, joined, used
from billing.tiers import set_tier
from blogai.core.errors import CostLimitReached

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_lazy_fetches")]

URL = "/usage"


def words(page: str) -> str:
    """What a reader sees of the page's content."""
    content = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def test_it_works(browser: Client, alice: User, mallory: User) -> None:
    set_tier(user=alice, tier="pro")
    used(alice)
    used(alice, end="")
    used(alice, end="refund")
    used(alice, meter=Meter.ASSISTS)
    quotas.grant(alice, 3, reason="For <you>", actor=mallory)
    used(mallory, spent=Spent(7, 7, Decimal("77.77")))
    page = words(browser.get(URL).text)
    for said in (
        "You’re on the Pro plan.",
        "Posts this month 2 of 203, 1 of them in progress Resets on",
        "Posts today 2 of 50, 1 of them in progress Resets on",
        "Assists this month 1 of 2,000 Resets on",
        "An assist is anything other than a post that uses a model.",
        "Model costs this month $0.07 of $100.00 Resets on",
        "Posts: 1 Most on",
        "Tokens: 34,500 Most on",
        "For <you> 3 more posts this month, from us",
        "Failed or stopped – not charged",
        "In progress, holds 1 post",
        "11,500 tokens · $0.02",
    ):
        assert said in page, said
    assert "77" not in page


def test_assists_are_not_there_before_the_first(browser: Client, alice: User) -> None:
    page = browser.get(URL).text.partition('class="usage-bars"')[2].partition("</section>")[0]
    assert "Posts this month" in page
    assert "ssist" not in page


def test_a_reservation_and_its_end_are_one_line(browser: Client, alice: User) -> None:
    used(alice)
    used(alice, end="refund")
    assert browser.get(URL).text.count('class="entry usage-line"') == 2


def test_what_went_on_after_it_was_stopped_costs_no_second_post(browser: Client, alice: User) -> None:
    quotas.settle(used(alice), Spent(1, 1, Decimal("0.004")))
    page = words(browser.get(URL).text)
    assert "Continued – nothing more charged" in page and "less than $0.01" in page


def test_what_an_earlier_account_used_is_said(browser: Client, alice: User) -> None:
    day = quotas.usage(alice)["month_start"].date()
    quotas.carry(alice, Meter.POSTS, units=3, cost_usd=Decimal("0.30"), day=day, day_units=1)
    page = words(browser.get(URL).text)
    assert "Posts this month 3 of 5" in page and "Posts: 3" in page and "Model costs: $0.30" in page
    assert "Used this month by an earlier account with your address 2 posts" in page


def test_nothing_used_is_an_invitation(browser: Client) -> None:
    page = words(browser.get(URL).text)
    assert "Nothing yet this month." in page and "Write a post" in page
    assert "CSV" not in page and "Show numbers" not in page


def test_moments_are_in_the_readers_zone(browser: Client, alice: User) -> None:
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    page = words(browser.get(URL).text)
    assert re.search(r"Posts today 0 of 2 Resets on \w+ \d+, \d{4}, 9:00 AM", page)
    assert "your time zone , Asia/Tokyo" in page


def test_more_than_the_plan_allows_is_said_as_it_is(browser: Client, alice: User) -> None:
    set_tier(user=alice, tier="starter")
    for _ in range(7):
        used(alice, spent=Spent(1, 1, Decimal(1)))
    set_tier(user=alice, tier="free")
    reply = browser.get(URL).text
    page = words(reply)
    assert "Posts this month 7 of 5 – used up More on" in page
    assert "Model costs this month $7.00 of $5.00 – used up More on" in page
    assert 'value="5" max="5"' in reply


def test_without_a_limit_there_is_no_bar(browser: Client, mallory: User) -> None:
    browser.force_login(mallory)
    assert "Posts today 0, no limit" in words(browser.get(URL).text)


def test_it_takes_as_many_queries_for_much_as_for_little(
    browser: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    set_tier(user=alice, tier="business")
    for _ in range(2):
        for _ in range(history_lines := 30):
            used(alice)
        # the session and its user; the plan and its counters, for the header too; the months; a month's days
        # and its newest lines; their posts
        with django_assert_num_queries(2 + 1 + 1 + 2 + 1):
            page = browser.get(URL).text
    assert page.count('class="entry usage-line"') == 20 < history_lines


def test_of_a_long_ledger_only_the_month_is_read(alice: User, mallory: User) -> None:
    """Counted by Postgres: the lines that it looks at."""
    month, mine, more = quotas.usage(alice)["month_start"], 50, 5_000
    months = [month - timedelta(days=days) for days in (0, 31, 61)]
    for user, start, count in [(alice, months[2], more), (alice, months[1], mine), (alice, month, more)]:
        write_lines(user, month=start, count=count)
        write_lines(mallory, month=start + timedelta(days=1), count=more)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE usage_records")
    with CaptureQueriesContext(connection) as asked:
        (day,) = history.days_of(alice, months[1])
        newest = history.newest_of(alice, months[1], 30)
    assert (day.counted.posts, len(newest)) == (mine, 30)
    assert [rows_read(query["sql"]) for query in asked] == [mine, mine]


def write_lines(user: User, *, month: datetime, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO usage_records (user_id, run_id, kind, meter, units, period_start, day, created_at)"
            " SELECT %(user)s, gen_random_uuid(), 'settle', 'posts', 1, %(month)s, %(month)s, %(month)s"
            " FROM generate_series(1, %(count)s)",
            {"user": user.pk, "month": month, "count": count},
        )


def rows_read(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0]
    return sum(
        round(node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)))
        for node in nodes(plan[0]["Plan"])
        if node.get("Relation Name") == "usage_records"
    )


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(below for child in plan.get("Plans", []) for below in nodes(child))]


def test_a_month_before_has_its_own_address(browser: Client, alice: User) -> None:
    set_tier(user=alice, tier="pro")
    used(alice, spent=Spent(1, 2, Decimal("0.5")))
    joined(alice, days_ago=3)
    a_month_passes(alice)
    used(alice, days_ago=1)
    starts = [start.astimezone(UTC) for start in history.months_of(alice)]
    assert len(starts) == 2
    page = browser.get(URL, {"month": f"{starts[1]:%Y-%m-%d}"}).text
    assert "Tokens: 3 " in words(page) and "Model costs: $0.50" in words(page)
    assert f'value="{starts[1]:%Y-%m-%d}" selected' in page
    assert "Tokens: 11,500" in words(browser.get(URL).text)


def test_two_months_that_begin_on_one_day_have_two_addresses(browser: Client, alice: User) -> None:
    """Free from the morning on, and paid from the afternoon of the same day."""
    used(alice)
    start = quotas.usage(alice)["month_start"]
    paid = start + timedelta(hours=1, minutes=2, seconds=3)
    Entitlement.objects.create(
        user=alice,
        subscribed_tier_id="pro",
        status="active",
        anchor=paid,
        period_end=paid + timedelta(days=40),
    )
    if quotas.usage(alice)["month_start"] == start:
        pytest.fail("the paid month has not begun")
    used(alice, spent=Spent(1, 1))
    tokens = {
        key: "Tokens: 11,500" in words(browser.get(URL, {"month": key}).text)
        for key in (f"{start:%Y-%m-%d}", f"{start:%Y-%m-%d}T01:02:03")
    }
    assert list(tokens.values()) == [True, False]


@pytest.mark.parametrize("month", ["x", "2026-13-45", "1999-01-01", "0", "2026-01-01T00:00:00", "'" * 5_000])
def test_a_month_that_is_none_is_not_there(browser: Client, month: str) -> None:
    reply = browser.get(URL, {"month": month})
    assert reply.status_code == 404
    assert "You didn’t use anything that month." in reply.text


def test_the_own_limit_lowers_what_the_plan_allows(browser: Client, alice: User) -> None:
    used(alice, spent=Spent(1, 1, Decimal("2.50")))
    reply = browser.post(URL, {"limit": "2.50"}, follow=True)
    page = words(reply.text)
    assert "You lowered that to $2.50" in page
    assert "Model costs this month $2.50 of $2.50 – used up" in page
    assert "Model calls now stop at $2.50 a month." in reply.text
    with pytest.raises(CostLimitReached, match="You set a limit of") as refusal:
        quotas.reserve(alice, uuid4())
    assert "upgrade_url" not in refusal.value.extra
    assert "It was $2.50." in browser.post(URL, {"limit": "4"}, follow=True).text
    quotas.reserve(alice, uuid4())
    cleared = browser.post(URL, {"clear": "1", "limit": "nonsense"}, follow=True).text
    assert "Your limit is removed" in cleared
    assert quotas.usage(alice)["cost"]["own_limit_usd"] is None
    assert Entitlement.objects.count() == 1


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("", "Enter the most that your model calls may cost"),
        ("twelve", "Enter a number of dollars"),
        ("12,50", "Enter a number of dollars"),
        ("NaN", "Enter a number of dollars"),
        ("Infinity", "Enter a number of dollars"),
        ("0", "Enter at least 0.01"),
        ("-1", "Enter at least 0.01"),
        ("1.005", "Enter dollars and cents"),
        ("5", "Your plan already stops at $5.00 a month. Enter less."),
        ("5.00", "Your plan already stops at $5.00 a month. Enter less."),
        ("9" * 400, "digits"),
    ],
)
def test_a_limit_that_is_none_changes_nothing(browser: Client, alice: User, limit: str, said: str) -> None:
    Entitlement.objects.create(user=alice, own_cost_limit_usd=3)
    reply = browser.post(URL, {"limit": limit})
    assert reply.status_code == 422
    assert said in words(reply.text)
    assert "Not saved" in reply.text.partition("</title>")[0]
    assert quotas.usage(alice)["cost"]["own_limit_usd"] == 3


def test_an_own_limit_above_the_plans_is_said_to_change_nothing(browser: Client, alice: User) -> None:
    Entitlement.objects.create(user=alice, own_cost_limit_usd=30)
    page = words(browser.get(URL).text)
    assert "Your own limit of $30.00 is higher, so it has no effect." in page
    assert "of $5.00" in page


def test_a_subscription_keeps_what_it_is_when_a_limit_is_set(browser: Client, alice: User) -> None:
    set_tier(user=alice, tier="pro")
    browser.post(URL, {"limit": "99.99"})
    entitlement = Entitlement.objects.get()
    assert (entitlement.given_tier_id, entitlement.own_cost_limit_usd) == ("pro", Decimal("99.99"))
