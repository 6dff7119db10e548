"""/posts: listing, searching, filtering and paging."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from generation.models import Run
from generation.pipeline.types import Brief
from generation.posts.library import PAGE_SIZE
from generation.posts.tests.posts import a_post
from generation.runs.start import RunOptions, start_run

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


@pytest.fixture(autouse=True)
def _model(settings: Any) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"


def a_failed_run(owner: User, topic: str, conversation: str = "") -> Run:
    run = start_run(owner, RunOptions(brief=Brief(topic=topic), conversation=conversation))
    Run.objects.filter(pk=run.pk).update(
        status=Run.Status.FAILED, finished_at=run.created_at, error_code="provider_error", error_detail="No."
    )
    return run


def titles(page: Any) -> list[str]:
    return re.findall(r'class="entry-title"[^>]*>([^<]*)<', page.text)


def test_it_works(browser: Any, alice: User) -> None:
    a_post(alice, "First")
    a_failed_run(alice, "Second")
    start_run(alice, RunOptions(brief=Brief(topic="Third")))
    reply = browser.get("/posts")
    assert reply.status_code == 200
    assert titles(reply) == ["Third", "Second", "First"]
    for sentence in ("Finished", "1,240 words", "Stopped", "Being written", "0 of 8 parts"):
        assert sentence in reply.text


def test_it_takes_few_queries(browser: Any, alice: User, django_assert_max_num_queries: Any) -> None:
    call_command("set_tier", "business", email=alice.email)
    for number in range(PAGE_SIZE + 5):
        a_post(alice, f"Post {number}")
        start_run(alice, RunOptions(brief=Brief(topic=f"Run {number}")))
    with django_assert_max_num_queries(3):  # the session and its user among them
        assert len(titles(browser.get("/posts"))) == PAGE_SIZE


def test_pages_follow_each_other_without_a_gap(browser: Any, alice: User) -> None:
    names = [f"Post {number}" for number in range(2 * PAGE_SIZE + 1)]
    for name in names:
        a_post(alice, name)
    seen, address = [], "/posts"
    while address:
        page = browser.get(address)
        seen += titles(page)
        found = re.search(r'href="([^"]+)" rel="next"', page.text)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == names[::-1]


def test_an_invitation_with_topics_when_there_is_nothing(browser: Any) -> None:
    page = browser.get("/posts").text
    assert page.count('href="/new?topic=') == 3


def test_search_finds_titles_in_any_case(browser: Any, alice: User) -> None:
    a_post(alice, "How Tides work")
    a_post(alice, "100% gardens")
    start_run(alice, RunOptions(brief=Brief(topic="Tides again")))
    assert titles(browser.get("/posts?q=tides")) == ["Tides again", "How Tides work"]
    assert titles(browser.get("/posts?q=%25")) == ["100% gardens"]
    nothing = browser.get("/posts?q=%3Cscript%3E")
    assert titles(nothing) == []
    assert "No title has “&lt;script&gt;” in it" in nothing.text
    assert 'value="&lt;script&gt;"' in nothing.text


STATES = [("finished", ["First"]), ("failed", ["Second"]), ("writing", ["Third"]), ("nonsense", None)]


@pytest.mark.parametrize(("state", "expected"), STATES)
def test_filters(browser: Any, alice: User, state: str, expected: list[str] | None) -> None:
    a_post(alice, "First")
    a_failed_run(alice, "Second")
    start_run(alice, RunOptions(brief=Brief(topic="Third")))
    assert titles(browser.get(f"/posts?state={state}")) == (expected or ["Third", "Second", "First"])


def test_what_was_written_again_stands_there_once(browser: Any, alice: User) -> None:
    a_failed_run(alice, "Tides", "thread")
    start_run(alice, RunOptions(brief=Brief(topic="Tides"), conversation="thread"))
    assert titles(browser.get("/posts")) == ["Tides"]


def test_everybody_has_their_own(browser_for: Callable[[str], Client], alice: User) -> None:
    a_post(alice)
    start_run(alice, RunOptions(brief=Brief(topic="Tides")))
    assert titles(browser_for("mallory").get("/posts")) == []


def test_an_address_of_nothing(browser: Any) -> None:
    assert browser.get("/posts?before=yesterday").status_code == 404
