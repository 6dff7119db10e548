"""Which sites' scripts may call the API, and that they cannot use the visitor's session to do it.

That no other site, and no page, is open to them is in test_routes.py, for every route.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

SITE = "https://www.example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_site(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [SITE]


def preflight(client: Client, path: str, origin: str) -> Any:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-api-key,idempotency-key",
    }
    return client.options(path, headers=headers)


def test_a_preflight_needs_no_key(client: Client) -> None:
    reply = preflight(client, "/generate-blog", SITE)
    assert (reply.status_code, reply.content) == (200, b"")
    assert reply.headers["Access-Control-Allow-Origin"] == SITE
    assert {"GET", "POST", "PATCH", "DELETE"} <= set(
        reply.headers["Access-Control-Allow-Methods"].split(", ")
    )
    allowed = set(reply.headers["Access-Control-Allow-Headers"].split(", "))
    assert {"x-api-key", "authorization", "idempotency-key", "prefer", "last-event-id"} <= allowed


def test_a_site_reads_replies_and_their_headers(client_for: Callable[..., Client]) -> None:
    for client, status in ((client_for("alice"), 200), (client_for(None), 401)):
        reply = client.get("/api/v1/posts", headers={"Origin": SITE})
        assert reply.status_code == status
        assert reply.headers["Access-Control-Allow-Origin"] == SITE
        exposed = set(reply.headers["Access-Control-Expose-Headers"].split(", "))
        assert {"X-Request-ID", "Retry-After", "Location", "Content-Location"} <= exposed
        assert "origin" in reply.headers["Vary"].lower()


def test_no_site_may_use_the_session(client: Client) -> None:
    for reply in (preflight(client, "/api/v1/posts", SITE), client.get("/health", headers={"Origin": SITE})):
        assert "Access-Control-Allow-Credentials" not in reply.headers
