"""ETags on every GET of the API, what If-None-Match saves, and what If-Match prevents."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from blogai.tests.test_routes import PRIVATE, Private, a_post, a_run, filled
from generation.models import Post, Run
from generation.pipeline.types import Outline, SectionPlan
from generation.posts.services import post_for
from generation.runs import outline_review
from generation.runs.start import run_for

READ = [row for row in PRIVATE if row.method == "get" and row.owner == 200 and "events" not in row.route]

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_for: Callable[..., Client]) -> Client:
    return client_for("alice")


@pytest.fixture(autouse=True)
def _a_model(settings: Any) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"


@pytest.mark.parametrize("row", READ, ids=str)
def test_what_one_has_is_not_sent_again(client: Client, alice: User, row: Private) -> None:
    path = "/" + filled(row.route, row.things(alice))
    first = client.get(path)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Cache-Control"] == "private, no-cache"
        assert "X-Request-ID" in again.headers
    assert client.head(path).headers["ETag"] == tag
    for sent in ('"other"', tag.strip('"'), "nonsense", ""):
        assert client.get(path, headers={"If-None-Match": sent}).content == first.content
    reply = client.get(path, headers={"If-Match": '"other"'})
    assert (reply.status_code, reply.json()["code"]) == (412, "precondition_failed")


def test_the_description_too(client: Client) -> None:
    tag = client.get("/openapi.json").headers["ETag"]
    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_another_callers_version_is_another(client: Client, client_for: Callable[..., Client]) -> None:
    tag = client.get("/api/v1/usage").headers["ETag"]
    reply = client_for("mallory").get("/api/v1/usage", headers={"If-None-Match": tag})
    assert reply.json()["tier"] == "business"


def test_pages_errors_and_health_have_none(client: Client) -> None:
    for path in ("/", "/health", "/health/live", "/api/v1/runs/0192d3b4-7e5f-7c5a-9d6e-2f1a3b4c5d6e"):
        assert "ETag" not in client.get(path).headers


# Changes ------------------------------------------------------------------------------------------


@pytest.fixture
def post(alice: User) -> Post:
    return Post.objects.get(pk=str(a_post(alice)["post_id"]))


@pytest.fixture
def run(alice: User) -> Run:
    """A stopped run with an outline."""
    sections = (SectionPlan(heading="The moon"),)
    outline = Outline(title="Tides", slug="tides", description="", sections=sections)
    run = run_for(alice, a_run(alice)["run_id"])  # type: ignore[arg-type]
    Run.objects.filter(pk=run.pk).update(status="waiting", outline=outline.model_dump(mode="json"))
    return run


STALE = ['"other"', "nonsense", "", 'W/"weak"']


def test_a_post_that_has_changed_is_not_deleted(client: Client, alice: User, post: Post) -> None:
    path = f"/api/v1/posts/{post.pk}"
    tag = client.get(path).headers["ETag"]
    Post.objects.update(title="Another")
    for sent in (tag, *STALE):
        reply = client.delete(path, headers={"If-Match": sent})
        assert (reply.status_code, reply.json()["code"]) == (412, "precondition_failed")
    assert post_for(alice, post.pk)
    current = client.get(path).headers["ETag"]
    assert client.delete(path, headers={"If-Match": f"W/{current}"}).status_code == 412
    assert client.delete(path, headers={"If-Match": f'"other", {current}'}).status_code == 204
    assert client.delete(path, headers={"If-Match": current}).status_code == 404


def test_any_version_will_do(client: Client, post: Post) -> None:
    assert client.delete(f"/api/v1/posts/{post.pk}", headers={"If-Match": "*"}).status_code == 204


def test_of_two_who_change_the_same_outline_one_is_told(client: Client, alice: User, run: Run) -> None:
    path = f"/api/v1/runs/{run.pk}/outline"
    tag = client.get(path).headers["ETag"]

    def change(title: str, sent: str) -> Any:
        return client.patch(
            path, {"title": title}, content_type="application/json", headers={"If-Match": sent}
        )

    first = change("Ebb", tag)
    assert (first.status_code, first.json()["title"]) == (200, "Ebb")
    for sent in (tag, *STALE):
        assert change("Flow", sent).json()["code"] == "precondition_failed"
    assert client.get(path).json() == first.json()
    assert client.get(path).headers["ETag"] == first.headers["ETag"] != tag
    assert change("Flow", first.headers["ETag"]).json()["title"] == "Flow"
    assert change("", first.headers["ETag"]).status_code == 422, "what is wrong anyway comes first"


def test_the_comparison_is_made_with_the_outline_that_is_locked(
    client: Client, alice: User, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else changes it after this request has looked it up, and before it has the lock."""
    path = f"/api/v1/runs/{run.pk}/outline"
    tag = client.get(path).headers["ETag"]
    look_up = run_for

    def overtaken(*asked: Any) -> Run:
        found = look_up(*asked)
        monkeypatch.setattr(outline_review, "run_for", look_up)
        outline_review.edit(alice, run.pk, {"title": "Overtaken"})
        return found

    monkeypatch.setattr(outline_review, "run_for", overtaken)
    body = {"title": "Late"}
    reply = client.patch(path, body, content_type="application/json", headers={"If-Match": tag})
    assert reply.status_code == 412
    assert client.get(path).json()["title"] != "Late"
