"""Versions, their differences, going back, and the details of a post."""

from typing import Any

import pytest

from accounts.models import User
from generation.editing.services import save_text, text_of
from generation.models import ContentVersion, Post
from generation.posts.tests.posts import a_post


@pytest.fixture
def post(alice: User) -> Post:
    return a_post(alice)


@pytest.fixture
def edited(alice: User, post: Post) -> Post:
    text = text_of(post).text
    save_text(alice, post.pk, base=1, text=text.replace("Twice a day", "Twice each day"))
    post.refresh_from_db()
    return post


def test_it_works(client_for: Any, edited: Post) -> None:
    client, url = client_for("alice"), f"/api/v1/posts/{edited.pk}"
    rows = client.get(f"{url}/versions").json()["results"]
    assert [(row["number"], row["author"], row["current"]) for row in rows] == [
        *((2, "person", True), (1, "model", False))
    ]
    assert client.get(f"{url}/versions/1").json()["text"].startswith("Twice a day")
    pieces = client.get(f"{url}/diff?from=1&to=2").json()["pieces"]
    assert [(piece["kind"], piece["text"]) for piece in pieces[:3]] == [
        *(("same", "Twice "), ("delete", "a "), ("insert", "each "))
    ]
    restored = client.post(f"{url}/versions/1/restore").json()
    assert (restored["version"], restored["text"][:11]) == (3, "Twice a day")
    assert client.post(f"{url}/versions/1/restore").json()["version"] == 3, "it is that already"


def test_nobody_has_edited_it(client_for: Any, post: Post) -> None:
    client, url = client_for("alice"), f"/api/v1/posts/{post.pk}/versions"
    (row,) = client.get(url).json()["results"]
    assert (row["number"], row["author"], row["current"]) == (1, "model", True)
    assert client.get(f"{url}/1").json()["text"] == text_of(post).text
    assert client.get(f"{url}/2").status_code == 404


@pytest.mark.parametrize("query", ["", "from=1", "from=x&to=1", "from=-1&to=1", "from=1&to=99999999999"])
def test_what_cannot_be_compared(client_for: Any, edited: Post, query: str) -> None:
    assert client_for("alice").get(f"/api/v1/posts/{edited.pk}/diff?{query}").status_code == 422


@pytest.mark.sweep
def test_ten_thousand_versions(client_for: Any, alice: User, edited: Post) -> None:
    row = ContentVersion.objects.get(post=edited, number=2)
    like = {"post": edited, "title": row.title, "parts": row.parts, "author": "person"}
    ContentVersion.objects.bulk_create(
        ContentVersion(**like, number=number, base=number - 1, body=f"{row.body} {number}.")
        for number in range(3, 10_001)
    )
    client, url = client_for("alice"), f"/api/v1/posts/{edited.pk}"
    assert len(client.get(f"{url}/versions?page_size=100").json()["results"]) == 100
    saved = save_text(alice, edited.pk, base=2, text=row.body + "\n\n## New\n\nOne more.")
    assert saved.version == 10_001
    assert client.get(f"{url}/versions/9999").status_code == 200


def test_details(client_for: Any, edited: Post) -> None:
    client, url = client_for("alice"), f"/api/v1/posts/{edited.pk}"
    tag = client.get(url)["ETag"]
    change = {
        "title": "Why it moves",
        "slug": "sea",
        "description": "",
        "tags": ["sea"],
        "favourite": True,
    }
    reply = client.patch(url, change, content_type="application/json", headers={"If-Match": tag})
    assert (reply.status_code, reply["ETag"]) == (200, client.get(url)["ETag"])
    edited.refresh_from_db()
    assert (edited.title, edited.slug, edited.tags, edited.is_favorite) == (
        "Why it moves",
        "sea",
        ["sea"],
        True,
    )
    assert edited.content_markdown.startswith("# Why it moves\n\nTwice each day")
    assert client.get(f"{url}/versions/3").json()["title"] == "Why it moves", "a title is a version, too"
    late = client.patch(url, change, content_type="application/json", headers={"If-Match": tag})
    assert late.status_code == 412


@pytest.mark.parametrize(
    "body",
    [
        *({"title": ""}, {"title": "a\nb"}, {"title": "x" * 201}, {"slug": "a b"}, {"tags": ["x"] * 9}),
        *({"is_favorite": "yes"}, {"is_favorite": True, "favourite": True}, {"text": "x"}),
    ],
)
def test_bad_details(client_for: Any, post: Post, body: dict[str, Any]) -> None:
    reply = client_for("alice").patch(f"/api/v1/posts/{post.pk}", body, content_type="application/json")
    assert reply.status_code == 422
