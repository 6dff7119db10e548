"""What cannot be a page is refused, in every list of the API, and no page shows somebody else's rows."""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import User
from blogai.tests.contract import description
from blogai.tests.test_routes import a_delivery, a_post, a_run, a_share, an_api_key
from generation.editing.services import save_text
from generation.editing.tests.proposed import part_of, propose
from generation.models import Post
from generation.posts.sharing import share


def a_post_with_versions(owner: User) -> dict[str, object]:
    things = a_post(owner)
    save_text(owner, UUID(str(things["post_id"])), base=1, text="It ebbs.")
    return things


def a_post_with_proposals(owner: User) -> dict[str, object]:
    things = a_post(owner)
    post = Post.objects.get(pk=str(things["post_id"]))
    for body in ("It ebbs.", "It flows."):
        propose(post, part_of(post, "introduction"), body)
    return things


def a_post_with_shares(owner: User) -> dict[str, object]:
    things = a_share(owner)
    share(owner, UUID(str(things["post_id"])))
    return things


LISTS: dict[str, Callable[[User], dict[str, object]]] = {
    "api-keys": an_api_key,
    "api/v1/api-keys": an_api_key,
    "api/v1/runs": a_run,
    "api/v1/posts": a_post,
    "api/v1/posts/{post_id}/versions": a_post_with_versions,
    "api/v1/posts/{post_id}/proposals": a_post_with_proposals,
    "api/v1/posts/{post_id}/shares": a_post_with_shares,
    "api/v1/usage/records": a_run,
    "api/v1/webhooks/deliveries": a_delivery,
}


def cursor(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    return "cursor=" + quote(base64.b64encode(raw).decode())


WRONG = {
    "no base64": "cursor=%25%25",
    "no text": cursor(b"\xff\xfe\x00"),
    "NUL": cursor("p=\x00"),
    "NUL alone": cursor(b"\x00"),
    "no position of such a list": cursor("p=nobody"),
    "no number": cursor("p=9e9"),
    "SQL": cursor("p=1' OR '1'='1"),
    "a negative offset": cursor("o=-1&p=1"),
    "10,000 characters": "cursor=" + "r" * 10_000,
    "10,000 characters of base64": cursor("p=" + "9" * 7_500),
    "a raw NUL": "cursor=%00",
    **{
        f"a page of {size}": f"page_size={size}"
        for size in ("null", "0", "-1", "1e9", "1000000000", "101", "", "1.5", "%D9%A3", "%00", "9" * 5_000)
    },
}
"""Queries that no list answers with a page."""
WRONG_FILTERS = {
    "api/v1/runs": ["status=over", "status=", "status=%00", "ids=x"],
    "api/v1/webhooks/deliveries": ["state=over", "state=", "state=%00"],
    "api/v1/posts/{post_id}/proposals": ["state=over", "state=", "state=%00"],
}


@pytest.fixture
def client(client_for: Callable[..., Client]) -> Client:
    return client_for("alice")


@pytest.mark.django_db
@pytest.mark.parametrize("route", LISTS)
def test_what_cannot_be_a_page_is_refused(client: Client, alice: User, route: str, settings: Any) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    path = f"/{route}".format(**LISTS[route](alice))
    for name, query in [*WRONG.items(), *((each, each) for each in WRONG_FILTERS.get(route, ()))]:
        reply = client.get(f"{path}?{query}")
        assert reply.status_code in (400, 404, 422), (name, reply.status_code)
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert len(reply.content) < 1_000, name


@pytest.mark.django_db
@pytest.mark.parametrize("route", LISTS)
def test_another_cursor_shows_nobody_elses(
    client: Client, client_for: Callable[..., Client], alice: User, mallory: User, route: str, settings: Any
) -> None:
    """A cursor says where to go on, and nothing else: it may come from any list, and whoever sends it."""
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    for _ in range(2):
        LISTS[route](mallory)
    path = f"/{route}".format(**LISTS[route](alice))
    theirs = [f"/{other}".format(**{**LISTS[other](mallory), **LISTS[other](mallory)}) for other in LISTS]
    mine = client.get(path).json()["results"]
    links = [client_for("mallory").get(f"{other}?page_size=1").json()["next"] for other in theirs]
    for query in (*(link.partition("?")[2] for link in links), cursor("p=" + "9" * 400)):
        reply = client.get(f"{path}?{query}")
        assert reply.status_code in (200, 404)
        assert all(row in mine for row in reply.json().get("results", []))


def test_every_list_is_here(document: dict[str, Any]) -> None:
    """Whatever the description says takes a cursor."""
    described = {
        path.removeprefix("/")
        for path, operations in document["paths"].items()
        if any(parameter["name"] == "cursor" for parameter in operations.get("get", {}).get("parameters", ()))
    }
    assert described == set(LISTS)


@pytest.fixture
def document() -> dict[str, Any]:
    return description().document
