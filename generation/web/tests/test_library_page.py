"""/posts: listing, searching, filtering and paging."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from generation.models import Post, Run
from generation.pipeline.types import Brief
from generation.posts import library
from generation.posts.library import PAGE_SIZE
from generation.posts.services import IN_TRASH
from generation.posts.tests.posts import a_post
from generation.runs import control
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
    found = re.findall(r'class="entry-title"[^>]*>(.*?)</a>', page.text)
    return [re.sub("</?mark>", "", title) for title in found]


def test_it_works(browser: Any, alice: User) -> None:
    a_post(alice, "First")
    a_failed_run(alice, "Second")
    start_run(alice, RunOptions(brief=Brief(topic="Third")))
    reply = browser.get("/posts")
    assert reply.status_code == 200
    assert titles(reply) == ["Third", "Second", "First"]
    for sentence in ("Finished", "1,240 words", "Stopped", "Being written", "0 of 8 sections"):
        assert sentence in reply.text


def test_it_takes_few_queries(browser: Any, alice: User, django_assert_max_num_queries: Any) -> None:
    call_command("set_tier", "business", email=alice.email)
    for number in range(PAGE_SIZE + 5):
        a_post(alice, f"Post {number}")
        start_run(alice, RunOptions(brief=Brief(topic=f"Run {number}")))
    with django_assert_max_num_queries(4):  # the session, its user, the list and the meter
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
    assert titles(browser.get("/posts?q=100%25")) == ["100% gardens"]
    nothing = browser.get("/posts?q=%3Cscript%3E")
    assert titles(nothing) == []
    assert "No posts match “&lt;script&gt;”" in nothing.text
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


def test_search_finds_words_of_the_text(browser: Any, alice: User, mallory: User) -> None:
    a_post(alice, "How tides work", text="The gravitational pull of the moon, in a well-known formula.")
    a_post(alice, "潮汐", text="月球的引力吸引海水。", language="zh")
    a_post(mallory, "Hers", text="The gravitational pull.")
    for words in ("gravitational", "GRAVIT", "formula pull", "well-known", "well-known formula"):
        assert titles(browser.get("/posts", {"q": words})) == ["How tides work"], words
    assert titles(browser.get("/posts", {"q": "引力"})) == ["潮汐"]
    assert titles(browser.get("/posts", {"q": "力引"})) == []
    assert titles(browser.get("/posts", {"q": "moon zebra"})) == []
    found = browser.get("/posts", {"q": "pull gravit"}).text
    assert "The <mark>gravitational</mark> <mark>pull</mark> of the moon" in found
    assert "<mark>tides</mark> work</a>" in browser.get("/posts?q=tide").text


@pytest.mark.parametrize("words", ["'", "a & !", "\\", ":*", "(((", "<->", "%", "x" * 300, "a " * 150])
def test_any_search_is_answered(browser: Any, alice: User, words: str) -> None:
    a_post(alice, "How tides work")
    assert browser.get("/posts", {"q": words}).status_code == 200


def test_a_search_takes_no_more_queries(
    browser: Any, alice: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(PAGE_SIZE):
        a_post(alice, f"Post {number}", text="The moon.")
    with django_assert_max_num_queries(4):
        assert len(titles(browser.get("/posts?q=moon"))) == PAGE_SIZE


def test_a_search_looks_beyond_the_newest_posts(
    browser: Any, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "FEW", 2)
    for number in range(4):
        a_post(alice, f"Post {number}", text="A zebra." if number % 3 == 0 else "A sea.")
    assert titles(browser.get("/posts?q=zebra")) == ["Post 3", "Post 0"]
    for sort in ("oldest", "title"):
        assert titles(browser.get(f"/posts?q=zebra&sort={sort}")) == ["Post 0", "Post 3"]
    assert titles(browser.get("/posts?q=zebra&sort=words")) == ["Post 3", "Post 0"]
    monkeypatch.setattr(library, "PAGE_SIZE", 1)
    assert titles(browser.get("/posts?q=zebra")) == ["Post 3"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "title", "words"])
def test_each_order_goes_on_from_page_to_page(browser: Any, alice: User, sort: str) -> None:
    call_command("set_tier", "business", email=alice.email)
    for number in range(2 * PAGE_SIZE):
        Post.objects.filter(pk=a_post(alice, f"post {number % 7}").pk).update(word_count=number % 5)
    start_run(alice, RunOptions(brief=Brief(topic="Post 3")))
    seen, address = [], f"/posts?sort={sort}"
    while address:
        page = browser.get(address)
        seen += re.findall(r'id="entry-([^"]+)"', page.text)
        found = re.search(r'href="([^"]+)" rel="next"', page.text)
        address = found[1].replace("&amp;", "&") if found else ""
    rows = [(str(post.pk), post.title, post.word_count) for post in Post.objects.all()]
    rows += [(str(run.post_id), "post 3", 0) for run in Run.objects.all()]
    if sort == "words":
        expected = sorted(rows, key=lambda row: (row[2], row[0]), reverse=True)
    else:
        by_title = sort == "title"
        expected = sorted(rows, key=lambda row: (row[1] * by_title, row[0]), reverse=sort == "newest")
    assert seen == [row[0] for row in expected]


def test_what_stopped_is_not_what_failed(browser: Any, alice: User) -> None:
    a_failed_run(alice, "Failed one")
    stopped = start_run(alice, RunOptions(brief=Brief(topic="Stopped one")))
    control.cancel(alice, stopped.pk)
    assert titles(browser.get("/posts?state=failed")) == ["Failed one"]
    assert titles(browser.get("/posts?state=stopped")) == ["Stopped one"]


def test_what_a_failed_run_left_can_be_deleted_and_brought_back(
    browser: Any, browser_for: Callable[[str], Client], client_for: Any, alice: User
) -> None:
    run = a_failed_run(alice, "Tides")
    address, listed = f"/posts/{run.post_id}", "/posts?state=failed&sort=title"
    assert f'action="{address}/delete"' in browser.get(listed).text
    assert browser_for("mallory").post(f"{address}/delete").status_code == 404
    reply = browser.post(f"{address}/delete", {"state": "failed", "sort": "title", "q": ""})
    assert reply.url == f"{listed}&deleted={run.post_id}"
    page = browser.get(reply.url)
    assert titles(page) == [] and re.search(
        r'tabindex="-1" autofocus>.*?Tides</b> is in the trash', page.text, re.S
    )
    api = client_for("alice")
    for gone in (browser.get(address), browser.post(f"{address}/again"), api.get(f"/api/v1/runs/{run.pk}")):
        assert gone.status_code == 404
    assert api.post(f"/api/v1/runs/{run.pk}/retry").status_code == 404
    assert api.get("/api/v1/runs").json()["results"] == []
    assert browser_for("mallory").post(f"{address}/restore").status_code == 404
    assert browser.post(f"{address}/restore").url == address
    assert re.search(r'<h1[^>]* tabindex="-1" autofocus', browser.get(address).text)
    assert "autofocus" not in browser.get(address).text
    assert titles(browser.get(listed)) == ["Tides"]


def test_what_is_being_written_cannot_be_deleted(browser: Any, alice: User) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides")))
    assert "/delete" not in browser.get("/posts").text
    assert browser.post(f"/posts/{run.post_id}/delete").status_code == 409
    assert titles(browser.get("/posts")) == ["Tides"]


def test_undoing_a_deletion_has_its_time(browser: Any, alice: User) -> None:
    run = a_failed_run(alice, "Tides")
    browser.post(f"/posts/{run.post_id}/delete")
    Run.objects.update(deleted_at=timezone.now() - IN_TRASH - timedelta(seconds=1))
    assert browser.post(f"/posts/{run.post_id}/restore").status_code == 404


def test_the_list_asks_for_itself_while_a_post_is_being_written(
    browser: Any, alice: User, django_assert_max_num_queries: Any
) -> None:
    finished = a_post(alice, "First")
    assert "hx-get" not in browser.get("/posts").text
    run = start_run(alice, RunOptions(brief=Brief(topic="Second")))
    found = re.search(r'hx-get="([^"]+)" hx-trigger="every 4s"', browser.get("/posts?sort=title").text)
    assert found
    address = found[1].replace("&amp;", "&")
    with django_assert_max_num_queries(2 + 1):  # the session and its user; the list
        fragment = browser.get(address, headers={"HX-Request": "true"})
    assert titles(fragment) == ["First", "Second"] and "<html" not in fragment.text
    Run.objects.filter(pk=run.pk).delete()
    Post.objects.filter(pk=finished.pk).update(id=run.post_id)
    fragment = browser.get(address, headers={"HX-Request": "true"})
    assert "hx-get" not in fragment.text and "Your post is ready: First" in fragment.text
