"""/api/v1/posts/{id}/shares: create, list and turn off."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from generation.models import Post
from generation.posts import sharing
from generation.posts.tests.posts import a_post

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


def test_it_works(client_for: Any, client: Client, alice: User) -> None:
    url = f"/api/v1/posts/{a_post(alice).pk}/shares"
    made = client_for("alice").post(url, {"days": 7}, content_type="application/json")
    assert made.status_code == 201
    share = made.json()
    in_a_week = timezone.now() + timedelta(days=7)
    assert abs(datetime.fromisoformat(share["expires_at"]) - in_a_week) < timedelta(minutes=1)
    assert client.get(share["url"]).status_code == 200
    assert client_for("alice").get(url).json()["results"] == [share]
    assert client_for("alice").delete(f"{url}/{share['id']}").status_code == 204
    assert client.get(share["url"]).status_code == 404
    assert client_for("alice").delete(f"{url}/{share['id']}").status_code == 404


def test_by_default_it_is_private_and_works_for_a_month(client_for: Any, alice: User) -> None:
    url = f"/api/v1/posts/{a_post(alice).pk}/shares"
    share = client_for("alice").post(url, {}, content_type="application/json").json()
    left = datetime.fromisoformat(share["expires_at"]) - timezone.now()
    assert (share["public"], round(left / timedelta(days=1))) == (False, 30)
    public = client_for("alice").post(url, {"public": True}, content_type="application/json").json()
    assert (public["public"], public["expires_at"]) == (True, None)


@pytest.mark.parametrize("body", [{"days": 8}, {"days": "never"}, {"public": "perhaps"}, {"till": 1}])
def test_a_wrong_body_is_refused(client_for: Any, alice: User, body: dict[str, object]) -> None:
    url = f"/api/v1/posts/{a_post(alice).pk}/shares"
    reply = client_for("alice").post(url, body, content_type="application/json")
    assert (reply.status_code, list(reply.json()["errors"])) == (422, list(body))


def test_an_eleventh_link_is_refused(client_for: Any, alice: User) -> None:
    post = a_post(alice)
    for _ in range(sharing.MOST):
        sharing.share(alice, post.pk)
    reply = client_for("alice").post(f"/api/v1/posts/{post.pk}/shares", {}, content_type="application/json")
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")


def test_a_link_of_another_post_is_not_found(client_for: Any, alice: User) -> None:
    share, other = sharing.share(alice, a_post(alice).pk), a_post(alice)
    assert client_for("alice").delete(f"/api/v1/posts/{other.pk}/shares/{share.pk}").status_code == 404
    assert list(sharing.shares_of(alice)) == [share]


def test_our_sample_cannot_be_shared(client_for: Any, alice: User) -> None:
    post = a_post(alice)
    Post.objects.filter(pk=post.pk).update(is_sample=True)
    url = f"/api/v1/posts/{post.pk}/shares"
    assert client_for("alice").post(url, {}, content_type="application/json").status_code == 404
