"""/api/v1/posts/{id}/seo."""

from typing import Any

import pytest

from accounts.models import User
from generation.pipeline.types import Brief
from generation.posts.tests.posts import a_post
from generation.runs.start import RunOptions, start_run

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


def test_it_works(client_for: Any, alice: User) -> None:
    reply = client_for("alice").get(f"/api/v1/posts/{a_post(alice).pk}/seo", {"keyword": "tides"})
    assert (reply.status_code, reply.json()["keyword"], reply.json()["keywords"]) == (200, "tides", [])
    checks = {check["id"]: check for check in reply.json()["checks"]}
    assert checks["keyword_in_title"]["state"] == "good"
    assert checks["keyword_in_introduction"]["advice"].startswith("Say in the first paragraph")


def test_the_keywords_of_its_brief_are_taken(client_for: Any, alice: User, settings: Any) -> None:
    settings.OPENAI_API_KEY = "never used"
    post = a_post(alice)
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", keywords=("moon", "sea"))))
    type(run).objects.filter(pk=run.pk).update(post_id=post.pk)
    body = client_for("alice").get(f"/api/v1/posts/{post.pk}/seo").json()
    assert (body["keyword"], body["keywords"]) == ("moon", ["moon", "sea"])


def test_a_keyword_that_is_too_long_is_refused(client_for: Any, alice: User) -> None:
    url = f"/api/v1/posts/{a_post(alice).pk}/seo"
    assert client_for("alice").get(url, {"keyword": "k" * 100}).status_code == 200
    reply = client_for("alice").get(url, {"keyword": "k" * 101})
    assert (reply.status_code, reply.json()["errors"]) == (
        422,
        {"keyword": ["Use up to 100 characters. Yours has 101."]},
    )
