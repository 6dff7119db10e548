"""What every reply says to browsers and caches."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models import User
from accounts.services import demo_link

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/api/v1/posts", "/nothing", "/static/favicon.svg", "/health"])
def test_no_other_site_may_embed_it_and_no_script_gets_a_device(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert {"camera=()", "microphone=()", "geolocation=()", "usb=()", "payment=()"} <= set(
        headers["Permissions-Policy"].split(", ")
    )


@pytest.mark.parametrize("path", ["/", "/posts", "/settings", "/terms", "/nothing", "/posts?q=tides"])
def test_pages_of_the_signed_in_are_stored_nowhere(client: Client, alice: User, path: str) -> None:
    client.force_login(alice)
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_what_sets_a_cookie_or_came_with_a_key_is_for_one_visitor(client: Client) -> None:
    signed_in = client.get(urlsplit(demo_link("http://testserver")).path)
    assert signed_in.cookies
    assert signed_in.headers["Cache-Control"] == "private, no-cache"
    for headers in ({"X-API-Key": "any"}, {"Authorization": "Bearer any"}):
        assert Client().get("/terms", headers=headers).headers["Cache-Control"] == "private, no-cache"


def test_pages_for_everybody_are_no_secret(client: Client) -> None:
    for path in ("/terms", "/static/favicon.svg"):
        policy = client.get(path).headers.get("Cache-Control", "")
        assert not {"private", "no-store"} & set(policy.split(", "))


def test_files_for_everybody_stay_so_for_the_signed_in(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "public" in client.get("/static/favicon.svg").headers["Cache-Control"]


def test_replies_of_the_api_are_kept_by_their_reader_only(
    client: Client, client_for: Callable[..., Client], alice: User
) -> None:
    client.force_login(alice)
    for reader in (client, client_for("alice")):
        headers = reader.get("/api/v1/posts").headers
        assert headers["Cache-Control"] == "private, no-cache"
        assert {"authorization", "x-api-key", "cookie"} <= set(headers["Vary"].lower().split(", "))
    assert client_for(None).get("/api/v1/posts").headers["Cache-Control"] == "no-store"
