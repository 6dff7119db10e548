"""/api/v1/posts: list, read, delete; each its owner's alone."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db.models import QuerySet
from uuid_utils.compat import uuid7

from accounts.models import User
from generation.conversations.services import conversation_named
from generation.exports.reply import post_reply
from generation.models import Post
from generation.pipeline.types import Draft, Part, Question, Scores
from generation.posts import services

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")

URL = "/api/v1/posts"


def a_post(owner: User, title: str = "Why tides turn") -> Post:
    parts = (
        Part(name="introduction", heading="", text="Twice a day."),
        Part(name="section-1", heading="The pull", text="The *moon* pulls.", notes=("ended early",)),
        Part(name="conclusion", heading="Conclusion", text="So it goes."),
        Part(name="faq", heading="Questions", text="### Why?\n\nGravity."),
    )
    draft = Draft(
        title=title,
        slug="why-tides-turn",
        description="About tides.",
        tags=("tides",),
        parts=parts,
        faq=(Question(question="Why?", answer="Gravity."),),
        content_markdown="# Why tides turn\n\nTwice a day.",
        word_count=12,
        scores=Scores(words=12, target_words=20),
    )
    return services.store(
        id=uuid7(),
        owner_id=owner.pk,
        conversation=conversation_named(owner, ""),
        language="en",
        draft=draft,
        written_by=("local", "SmolLM2-135M-Instruct"),
    )


def test_it_works(client_for: Any, alice: User) -> None:
    post = a_post(alice)
    reply = client_for("alice").get(f"{URL}/{post.pk}")
    body = reply.json()
    assert (reply.status_code, body["id"], body["title"]) == (200, str(post.pk), post.title)
    assert body["model"] == "local demo model"
    assert body["sections"] == [{"heading": "The pull", "markdown": "The *moon* pulls.", "citations": []}]
    assert (body["introduction"], body["conclusion"]) == ("Twice a day.", "So it goes.")
    assert body["faq"] == [{"question": "Why?", "answer": "Gravity."}]
    assert body["notes"] == {"section-1": ["ended early"]}
    assert body["run"] is None, "this post was not written by a run"


def test_the_list_is_newest_first_and_has_pages(client_for: Any, alice: User, bob: User) -> None:
    posts = [a_post(alice, f"Post {number}") for number in range(5)]
    a_post(bob, "bob's")
    client = client_for("alice")
    titles, url = [], f"{URL}?page_size=2"
    while url:
        page = client.get(url).json()
        titles += [post["title"] for post in page["results"]]
        url = page["next"]
    assert titles == [post.title for post in reversed(posts)]


def test_lists_and_posts_cost_the_same_at_any_size(
    client_for: Any, alice: User, django_assert_max_num_queries: Any
) -> None:
    post, *_ = [a_post(alice) for _ in range(15)]
    client = client_for("alice")
    client.get(URL)  # notes the key's first use
    with django_assert_max_num_queries(1 + 1):  # the key; the page
        client.get(URL)
    with django_assert_max_num_queries(1 + 2):  # the key; the post and its receipt
        client.get(f"{URL}/{post.pk}")


def without_titles(owner: User) -> QuerySet[Post]:
    return services.posts_of(owner).select_related("conversation").defer("title")


@pytest.mark.parametrize(("posts", "field"), [(services.posts_of, "conversation"), (without_titles, "title")])
def test_a_list_that_loads_something_for_each_post_is_noticed(
    client_for: Any,
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    posts: Callable[[User], QuerySet[Post]],
    field: str,
) -> None:
    a_post(alice)
    monkeypatch.setattr("generation.api.posts.Posts.get_queryset", lambda view: posts(view.request.user))
    with pytest.raises(FieldFetchBlocked, match=rf"Post\.{field} "):
        client_for("alice").get(URL)


def test_a_deleted_post_is_gone(client_for: Any, alice: User) -> None:
    url = f"{URL}/{a_post(alice).pk}"
    client = client_for("alice")
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == client.delete(url).status_code == 404
    assert client.get(URL).json()["results"] == []


def test_a_key_that_may_only_read_deletes_nothing(client_for: Any, alice: User) -> None:
    url = f"{URL}/{a_post(alice).pk}"
    assert client_for("alice", "read").delete(url).status_code == 403
    assert client_for("alice").get(url).status_code == 200


@pytest.mark.parametrize("cursor", ["nonsense", "cD0x"])
def test_a_broken_cursor_is_refused(client_for: Any, cursor: str) -> None:
    reply = client_for("alice").get(f"{URL}?cursor={cursor}")
    assert reply.status_code in (404, 422), reply.content
    assert reply["Content-Type"] == "application/problem+json"


def test_the_reply_is_plain_data(alice: User) -> None:
    reply = post_reply(a_post(alice), lambda path: f"http://testserver{path}")
    reply["created_at"] = reply["updated_at"] = ""
    json.dumps(reply)


def test_the_list_can_be_narrowed(client_for: Any, alice: User) -> None:
    first, second = a_post(alice), a_post(alice, "Cliffs")
    Post.objects.filter(pk=second.pk).update(
        language="de", is_favorite=True, tags=["sea"], content_markdown="# Cliffs\n\nSie standen."
    )
    for query, expected in (
        ("q=twice", [first]),
        ('q="a day"', [first]),
        ("q=stehen -twice", []),
        ("favourite=true", [second]),
        ("tag=sea", [second]),
        ("language=de", [second]),
        ("state=finished", [second, first]),
        ("since=2020-01-01&until=2020-01-02", []),
        ("since=2020-01-01", [second, first]),
    ):
        reply = client_for("alice").get(f"{URL}?{query}").json()
        assert [row["id"] for row in reply["results"]] == [str(post.pk) for post in expected], query


def test_a_search_goes_on_from_page_to_page(
    client_for: Any, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the few newest posts, where all have the word, and on through those where few do."""
    monkeypatch.setattr("generation.posts.narrowed.FEW", 4)
    posts = [a_post(alice) for _ in range(14)]
    Post.objects.filter(pk__in=[post.pk for post in posts[1:7]]).update(content_markdown="# Tides\n\nNever.")
    found, url = [], f"{URL}?q=twice&page_size=2"
    while url:
        reply = client_for("alice").get(url).json()
        found += [row["id"] for row in reply["results"]]
        url = reply["next"]
    assert found == [str(post.pk) for post in reversed([posts[0], *posts[7:]])]


@pytest.mark.parametrize(
    "query", ["since=yesterday", "until=0001-01-01", "language=<b>", "state=writing", "q=" + "x" * 201]
)
def test_a_wrong_filter_is_refused(client_for: Any, alice: User, query: str) -> None:
    reply = client_for("alice").get(f"{URL}?{query}")
    assert (reply.status_code, reply.json()["code"]) == (422, "validation_error")
    assert query.partition("=")[0] in reply.json()["errors"]


def test_a_star_is_given_and_taken_and_asking_twice_changes_nothing(client_for: Any, alice: User) -> None:
    post = a_post(alice)
    for method, on in (("put", True), ("put", True), ("delete", False), ("delete", False)):
        assert getattr(client_for("alice"), method)(f"{URL}/{post.pk}/favourite").status_code == 204
        post.refresh_from_db()
        assert post.is_favorite is on
