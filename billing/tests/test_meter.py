"""What the header of each page says is left, and what that costs."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from billing.models import TierLimit
from billing.quotas import PeriodUsage, Usage
from billing.templatetags.plans import in_words
from billing.tests.histories import used


def usage(month: tuple[int, int, int | None], day: tuple[int, int, int | None]) -> Usage:
    def period(taken: tuple[int, int, int | None]) -> PeriodUsage:
        return PeriodUsage(used=taken[0], reserved=taken[1], limit=taken[2])

    parts: Any = {"month": period(month), "day": period(day)}
    return parts  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("month", "day", "said", "none"),
    [
        ((0, 0, 5), (0, 0, 2), "5 of 5 posts left", False),
        ((1, 1, 5), (0, 1, 2), "3 of 5 posts left", False),
        ((2, 0, 5), (2, 0, 2), "No posts left today", True),
        ((4, 1, 5), (2, 0, 2), "No posts left this month", True),
        ((7, 0, 5), (7, 0, 2), "No posts left this month", True),
        ((1, 0, 1_000), (1, 0, None), "999 of 1,000 posts left", False),
        ((1, 0, None), (1, 0, None), "1 post this month", False),
        ((0, 2, None), (0, 2, 3), "2 posts this month", False),
    ],
)
def test_what_is_left_in_words(month: Any, day: Any, said: str, none: bool) -> None:
    left = in_words(usage(month, day))
    assert (left.text, left.none) == (said, none)


@pytest.mark.django_db
def test_it_is_on_every_page_of_whoever_is_signed_in(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert "posts left" not in client.get("/terms").text
    client.force_login(alice)
    used(alice)
    with django_assert_num_queries(2 + 1):  # the session and its user; the meter
        page = client.get("/terms").text
    assert '<a class="bar-roomy bar-meter" href="/usage">4 of 5 posts left</a>' in page
    TierLimit.objects.filter(tier="free").update(posts_per_day=1)
    assert "No posts left today" in client.get("/terms").text


@pytest.mark.django_db
def test_a_page_that_knows_the_usage_asks_no_second_time(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    with django_assert_num_queries(2 + 1):  # the session and its user; the quote's, which has the usage
        assert "5 of 5 posts left" in client.get("/new").text
    with django_assert_num_queries(2 + 1):
        assert "5 of 5 posts left" not in client.get("/new/estimate").text
