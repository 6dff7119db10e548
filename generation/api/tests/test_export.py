"""/api/v1/posts/{id}/export: a post as a file, for its owner, in what their plan has."""

import json
from typing import Any

import pytest
import yaml
from uuid_utils.compat import uuid7

from accounts.models import User
from billing.tiers import set_tier
from blogai.core import cage
from blogai.core.cage import Limits
from generation.exports import documents
from generation.exports.formats import FORMATS
from generation.models import Post
from generation.posts.tests.posts import a_post

WHOLE = "# How tides work\n\n"


def url(post: Post, format: str) -> str:
    return f"/api/v1/posts/{post.pk}/export?format={format}"


def test_it_works(client_for: Any, alice: User) -> None:
    post = a_post(alice)
    reply = client_for("alice").get(url(post, "md"))
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="how-tides-work.md"'
    _, head, body = reply.text.split("---\n", 2)
    assert yaml.safe_load(head)["title"] == "How tides work"
    assert WHOLE + body.strip() == post.content_markdown


def test_json_is_what_reading_it_gives(client_for: Any, alice: User) -> None:
    post, client = a_post(alice), client_for("alice")
    assert client.get(url(post, "json")).json() == client.get(f"/api/v1/posts/{post.pk}").json()


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_a_file_of_its_type(client_for: Any, alice: User, format: str) -> None:
    set_tier(user=alice, tier="starter")
    if not FORMATS[format].available():
        pytest.skip("not on this machine")
    reply = client_for("alice").get(url(a_post(alice), format))
    assert reply.status_code == 200, reply.text
    assert reply.headers["Content-Disposition"] == f'attachment; filename="how-tides-work.{format}"'
    assert reply.headers["Content-Type"].startswith(FORMATS[format].media_type)
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("format", FORMATS)
def test_a_small_plan_has_the_plain_formats(client_for: Any, alice: User, format: str) -> None:
    reply = client_for("alice").get(url(a_post(alice), format))
    if format in {"md", "html", "json"}:
        assert reply.status_code == 200
        return
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (403, "tier_required")
    assert (problem["current_tier"], problem["required_tier"]) == ("free", "starter")


def test_what_there_is_no_format_for_is_refused(
    client_for: Any, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, client = a_post(alice), client_for("alice")
    (sentence,) = client.get(url(post, "exe")).json()["errors"]["format"]
    assert sentence.startswith("Choose one of md, html, json")
    monkeypatch.setattr(documents, "find_spec", lambda name: None)
    reply = client.get(url(post, "docx"))
    assert (reply.status_code, reply.json()["detail"]) == (
        *(422, "This site can’t make Word files. Choose another format."),
    )
    assert "docx" not in client.get(url(post, "exe")).json()["detail"]


@pytest.mark.parametrize("format", ["md", "exe", "pdf"])
def test_a_post_that_is_nobodys_comes_first(client_for: Any, alice: User, format: str) -> None:
    assert client_for("mallory").get(url(a_post(alice), format)).status_code == 404
    assert client_for("alice").get(f"/api/v1/posts/{uuid7()}/export?format={format}").status_code == 404


@pytest.mark.parametrize(
    ("limits", "heap"), [(Limits(seconds=0.001), 512), (Limits(memory=2 << 30), 4)], ids=["time", "memory"]
)
def test_too_much_is_a_sentence(
    client_for: Any, alice: User, monkeypatch: pytest.MonkeyPatch, limits: Limits, heap: int
) -> None:
    set_tier(user=alice, tier="starter")
    monkeypatch.setattr(documents, "LIMITS", limits)
    monkeypatch.setattr(documents, "HEAP", heap)
    reply = client_for("alice").get(url(a_post(alice, text="The *sea*. " * 10_000), "docx"))
    assert reply.status_code == 422
    assert "“How tides work” is too much for Word." in reply.json()["detail"]


def test_while_others_convert_it_says_when_to_come_back(
    client_for: Any, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_tier(user=alice, tier="starter")
    monkeypatch.setattr(cage, "AT_ONCE", 0)
    monkeypatch.setattr(cage, "WAIT_AT_MOST", 0.01)
    reply = client_for("alice").get(url(a_post(alice), "docx"))
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "1")
    assert json.loads(reply.content)["code"] == "unavailable"


def test_conversions_count_as_work(client_for: Any, alice: User, rate_limits: Any) -> None:
    set_tier(user=alice, tier="starter")
    post, client = a_post(alice), client_for("alice")
    assert "generation" in client.get(url(post, "docx")).headers["RateLimit-Policy"]
    assert "generation" not in client.get(url(post, "md")).headers["RateLimit-Policy"]
