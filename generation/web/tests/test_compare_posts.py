"""/posts/compare: two posts about one topic, part by part."""

from typing import Any

import pytest

from accounts.models import User
from generation.models import Post, Run
from generation.posts.services import delete
from generation.posts.tests.posts import a_post
from generation.web.compare_posts import _matched

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


def a_try(owner: User, title: str, topic: str = "Tides", tone: str = "casual", **more: Any) -> Post:
    """A post, and the run that wrote it."""
    post = a_post(owner, title, **more)
    brief = {"topic": topic, "tone": tone}
    Run.objects.create(
        owner=owner, conversation=post.conversation, post_id=post.pk, brief=brief, status="completed",
        finished_at=post.created_at,
    )  # fmt: skip
    return post


def test_posts_about_the_same_topic_can_be_chosen(browser: Any, alice: User, mallory: User) -> None:
    first, second, third = (a_try(alice, title) for title in ("First", "Second", "Third"))
    gone = a_try(alice, "Gone")
    delete(alice, gone.pk)
    a_try(alice, "Elsewhere", topic="Cliffs")
    a_try(mallory, "Hers")
    page = browser.get(f"/posts/compare?a={second.pk}")
    assert [each["post"] for each in page.context["tries"]] == [third, first]
    assert f"a={first.pk}&amp;b={second.pk}" in page.text


def test_without_another_try_it_offers_one(browser: Any, alice: User) -> None:
    post = a_try(alice, "First")
    for query in (f"a={post.pk}", f"a={post.pk}&b={post.pk}"):
        assert "/new?topic=Tides" in browser.get(f"/posts/compare?{query}").text
    assert "no other try" in browser.get(f"/posts/compare?a={a_post(alice).pk}").text


def test_sentences_that_differ_are_marked(browser: Any, alice: User) -> None:
    first = a_try(alice, "First", text="The moon pulls. <b>Water</b> follows.")
    second = a_try(alice, "Second", tone="formal", text="The moon pulls. Nothing follows.")
    page = browser.get(f"/posts/compare?a={first.pk}&b={second.pk}").text
    assert "The moon pulls. <del>&lt;b&gt;Water&lt;/b&gt; follows.</del>" in page
    assert "The moon pulls. <ins>Nothing follows.</ins>" in page
    assert '<th scope="row">Tone</th><td dir="auto">Casual</td><td dir="auto">Formal</td>' in page
    assert "Keywords" not in page, "what was asked for in the same way is left out"


def test_nothing_is_marked_without_a_sentence_in_common_or_a_difference(browser: Any, alice: User) -> None:
    first, second, same = (a_try(alice, text, text=text) for text in ("One thing.", "Another.", "Another."))
    page = browser.get(f"/posts/compare?a={first.pk}&b={second.pk}").text
    assert "<del>One" not in page
    assert "One thing.</div>" in page
    page = browser.get(f"/posts/compare?a={same.pk}&b={second.pk}").text
    assert "These two have the same text." in page


@pytest.mark.parametrize("b", ["", "nonsense", "hers"])
def test_a_post_of_somebody_else_is_not_found(browser: Any, alice: User, mallory: User, b: str) -> None:
    mine, hers = a_try(alice, "Mine"), a_try(mallory, "Hers")
    query = {"a": mine.pk, "b": hers.pk if b == "hers" else b} if b else {"a": hers.pk}
    assert browser.get("/posts/compare", query).status_code == 404


def test_parts_are_matched_by_heading_then_by_name_and_none_is_lost() -> None:
    def parts(*headings: str) -> list[dict[str, Any]]:
        sections = [{"name": f"section-{at}", "heading": each} for at, each in enumerate(headings, 1)]
        return [{"name": "introduction", "heading": ""}, *sections, {"name": "conclusion", "heading": "End"}]

    rows = _matched(parts("Moon", "Sun"), parts("Earth", "Moon", "Wind", "Rain"))
    assert [tuple(part and part["heading"] for part in row) for row in rows] == [
        ("", ""), ("Moon", "Moon"), (None, "Wind"), (None, "Rain"), ("Sun", "Earth"), ("End", "End")
    ]  # fmt: skip
