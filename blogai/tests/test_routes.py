"""Who gets in where: every route and method, asked by its owner, a stranger, nobody, and with a revoked key.

A route that stands in none of PUBLIC, PRIVATE and PAGES fails `test_every_route_is_listed`: add a row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from uuid_utils.compat import uuid7

from accounts import api_keys
from accounts.models import User
from generation.conversations.services import conversation_named
from generation.models import Notification
from generation.pipeline.types import Brief, Draft, Part, Scores
from generation.posts.services import delete, store
from generation.runs.control import cancel
from generation.runs.start import RunOptions, start_run

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")

METHODS = ("get", "post", "put", "patch", "delete")


def nothing(owner: User) -> dict[str, object]:
    return {}


def a_run(owner: User) -> dict[str, object]:
    return {"run_id": start_run(owner, RunOptions(brief=Brief(topic="Tides"), conversation="tides")).id}


def a_post(owner: User) -> dict[str, object]:
    post = store(
        id=uuid7(),
        owner_id=owner.id,
        conversation=conversation_named(owner, "tides"),
        language="en",
        draft=Draft(
            title="Tides",
            slug="tides",
            description="",
            tags=(),
            parts=(
                Part(name="introduction", heading="", text="The moon pulls."),
                Part(name="conclusion", heading="Conclusion", text=""),
            ),
            faq=(),
            content_markdown="The moon pulls.",
            word_count=3,
            scores=Scores(words=3, target_words=150),
        ),
        written_by=("openai", "scripted"),
    )
    return {"post_id": post.id}


def a_delivery(owner: User) -> dict[str, object]:
    """Of a webhook that waits for its first attempt."""
    told = RunOptions(brief=Brief(topic="Tides"), callback_url="https://hooks.example.com/")
    run = cancel(owner, start_run(owner, told).pk)
    return {"delivery_id": Notification.objects.get(event__run=run).pk}


def an_api_key(owner: User) -> dict[str, object]:
    return {"key_id": api_keys.issue(owner, "a test's", ["read"])[0].id}


def made_up(owner: User) -> dict[str, object]:
    return {"key": "made-up", "uidb36": "1"}


def an_unfinished_post(owner: User) -> dict[str, object]:
    return {"post_id": start_run(owner, RunOptions(brief=Brief(topic="Tides"))).post_id}


def a_deleted_post(owner: User) -> dict[str, object]:
    things = a_post(owner)
    delete(owner, UUID(str(things["post_id"])))
    return things


@dataclass(frozen=True)
class Private:
    """A method and route that need a key; its status for alice, who owns `things`, and for mallory.

    `things` makes what the route's `<…>` name. Where everybody has their own (a list, starting something),
    `stranger` is what mallory gets for hers.
    """

    method: str
    route: str
    owner: int = 200
    stranger: int = 404
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    things: Callable[[User], dict[str, object]] = nothing

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


@dataclass(frozen=True)
class Page:
    """A page in a browser, and its status for alice, for mallory, and for nobody, who has to sign in."""

    route: str
    owner: int = 200
    stranger: int = 200
    nobody: int = 302
    method: str = "get"
    things: Callable[[User], dict[str, object]] = nothing

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


PUBLIC = {
    ("get", ""),
    ("get", "docs"),
    ("get", "openapi.json"),
    ("get", "health"),
    ("get", "health/live"),
    ("get", "health/ready"),
    ("get", "health/db"),
    ("get", "health/stripe"),
    ("get", "health/sentry"),
    ("get", "health/cache"),
    ("get", "metrics"),  # of this machine; health/tests/test_metrics.py has the rest
    ("get", "sign-in/<str:token>"),
}

TOPIC = {"topic": "Tides"}
AT_ONCE = {"Prefer": "respond-async"}

PRIVATE = [
    Private("post", "generate-blog", 202, 202, body=TOPIC, headers=AT_ONCE),
    Private("post", "api/v1/generate-blog", 202, 202, body=TOPIC, headers=AT_ONCE),
    Private("get", "api/v1/runs", stranger=200, things=a_run),
    Private("get", "api/v1/runs/<uuid:run_id>", things=a_run),
    Private("get", "api/v1/runs/<uuid:run_id>/events", things=a_run),
    Private("post", "api/v1/runs/<uuid:run_id>/cancel", things=a_run),
    Private("post", "api/v1/runs/<uuid:run_id>/retry", 409, things=a_run),
    Private("get", "api/v1/runs/<uuid:run_id>/receipt", things=a_run),
    Private("get", "api/v1/runs/<uuid:run_id>/outline", 409, things=a_run),
    Private("patch", "api/v1/runs/<uuid:run_id>/outline", 409, body={"title": "Tides"}, things=a_run),
    Private("post", "api/v1/runs/<uuid:run_id>/continue", 409, things=a_run),
    Private("get", "api/v1/webhooks/deliveries", stranger=200, things=a_delivery),
    Private("post", "api/v1/webhooks/deliveries/<uuid:delivery_id>/retry", 202, things=a_delivery),
    Private("post", "api/v1/webhooks/test", 422, 422, body={"url": "http://127.0.0.1/"}),
    Private("get", "api-keys", stranger=200),
    Private("post", "api-keys", 201, 201),
    Private("get", "api/v1/api-keys", stranger=200, things=an_api_key),
    Private("post", "api/v1/api-keys", 201, 201),
    Private("get", "api/v1/api-keys/<uuid:key_id>", things=an_api_key),
    Private("patch", "api/v1/api-keys/<uuid:key_id>", body={"name": "CI"}, things=an_api_key),
    Private("delete", "api/v1/api-keys/<uuid:key_id>", 204, things=an_api_key),
    Private("post", "api/v1/api-keys/<uuid:key_id>/rotate", 201, things=an_api_key),
    Private("get", "api/v1/models", stranger=200),
    Private("get", "api/v1/me", stranger=200),
    Private("get", "api/v1/usage", stranger=200),
    Private("get", "api/v1/usage/records", stranger=200, things=a_run),
    Private("get", "api/v1/tiers", stranger=200),
    Private("get", "api/v1/posts", stranger=200, things=a_post),
    Private("get", "api/v1/posts/<uuid:post_id>", things=a_post),
    Private("delete", "api/v1/posts/<uuid:post_id>", 204, things=a_post),
]


PAGES = [
    Page(".well-known/security.txt", nobody=200),
    Page("debug-sentry", 500, 500, nobody=500),  # in development; test_development.py has the rest
    Page("config-status", nobody=200),
    Page("offline", nobody=200),
    Page("service-worker.js", nobody=200),
    Page("terms", nobody=200),
    Page("privacy", nobody=200),
    Page("sign-up", 302, 302, nobody=200),
    Page("sign-in", 302, 302, nobody=200),
    Page("sign-in-again"),
    Page("sign-out"),
    Page("closed-account", nobody=200),
    Page("confirm-email", nobody=200),
    Page("confirm-email/<str:key>", nobody=200, things=made_up),
    Page("forgotten-password", nobody=200),
    Page("forgotten-password/sent", nobody=200),
    Page("new-password/<str:uidb36>/<str:key>", nobody=200, things=made_up),
    Page("new-password/done", nobody=200),
    Page("settings", 302, 302),
    Page("settings/name"),
    Page("settings/email"),
    Page("settings/password"),
    Page("settings/first-password", 302, 302),
    Page("settings/time-zone"),
    Page("settings/theme"),
    Page("settings/api-keys", things=an_api_key),
    Page("settings/api-keys/<uuid:key_id>/revoke", 302, 404, method="post", things=an_api_key),
    Page("settings/webhooks", things=a_delivery),
    Page("settings/webhooks/secret", 302, 302, method="post"),
    Page("settings/webhooks/test", 422, 422, method="post"),
    Page("settings/webhooks/<uuid:delivery_id>/retry", 302, 404, method="post", things=a_delivery),
    Page("settings/api-keys/<uuid:key_id>/rotate", 422, 404, method="post", things=an_api_key),
    Page("new"),
    Page("new/estimate"),
    Page("connect"),
    Page("connect/disconnect", 302, 302, method="post"),
    Page("posts", things=a_post),
    Page("posts/<uuid:post_id>", stranger=404, things=a_post),
    Page("posts/<uuid:post_id>/markdown", stranger=404, things=a_post),
    Page("posts/<uuid:post_id>/figures", stranger=404, things=an_unfinished_post),
    Page("posts/<uuid:post_id>/outline", 302, 404, method="post", things=an_unfinished_post),
    Page("posts/<uuid:post_id>/again", 302, 404, method="post", things=an_unfinished_post),
    Page("posts/<uuid:post_id>/stop", 302, 404, method="post", things=an_unfinished_post),
    Page("posts/<uuid:post_id>/delete", 302, 404, method="post", things=a_post),
    Page("posts/<uuid:post_id>/restore", 302, 404, method="post", things=a_deleted_post),
]


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str]]:
    """Every (method, route) of a URLconf; function views count as GET."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
            continue
        view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
        allowed = view.http_method_names if view else ()
        yield from ((method, route) for method in METHODS if method in allowed and hasattr(view, method))
        if view is None:
            yield "get", route


def unlisted(patterns: list[URLPattern | URLResolver]) -> set[tuple[str, str]]:
    listed = PUBLIC | {(row.method, row.route) for row in PRIVATE}
    pages = {page.route for page in PAGES}
    return {(method, route) for method, route in routes(patterns) if route not in pages} - listed


def test_every_route_is_listed() -> None:
    assert not unlisted(get_resolver().url_patterns)


def test_every_listed_route_exists() -> None:
    existing = set(routes(get_resolver().url_patterns))
    assert PUBLIC | {(row.method, row.route) for row in PRIVATE} <= existing
    assert {page.route for page in PAGES} <= {route for _, route in existing}


def test_a_new_route_would_be_noticed() -> None:
    from blogai.tests import probe_urls

    missing = unlisted([*probe_urls.urlpatterns])
    assert {("get", "api/v1/plain"), ("post", "api/v1/plain"), ("delete", "api/v1/managed")} <= missing
    assert ("get", "api/v1/managed") not in missing


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "route"), sorted(PUBLIC))
@pytest.mark.parametrize("who", [None, "revoked"])
def test_public_routes_ask_for_no_key(
    client_for: Callable[..., Client], method: str, route: str, who: str | None
) -> None:
    response = getattr(client_for(who), method)("/" + route.replace("<str:token>", "made-up"))
    assert response.status_code == (403 if "<" in route else 200)


@pytest.mark.django_db
@pytest.mark.parametrize("row", PRIVATE, ids=str)
@pytest.mark.parametrize("who", ["alice", "mallory", None, "revoked"])
def test_private_routes_let_their_owner_in(
    client_for: Callable[..., Client], alice: User, row: Private, who: str | None, settings: Any
) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    path = "/" + _filled(row.route, row.things(alice))
    client = client_for(who)
    response = _ask(client, row, path)
    expected = {"alice": row.owner, "mallory": row.stranger}.get(who or "", 401)
    assert response.status_code == expected, response.content
    if expected == 404:
        assert response.json()["detail"] == _ask(client, row, _path_of_nothing(row)).json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES, ids=str)
@pytest.mark.parametrize("who", ["alice", "mallory", None])
def test_pages_let_their_owner_in(
    client: Client, alice: User, mallory: User, page: Page, who: str | None, settings: Any
) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    client.raise_request_exception = False
    path = "/" + _filled(page.route, page.things(alice))
    if who:
        client.force_login({"alice": alice, "mallory": mallory}[who])
    response = getattr(client, page.method)(path, headers={"Accept": "text/html"})
    expected = {"alice": page.owner, "mallory": page.stranger}.get(who or "", page.nobody)
    assert response.status_code == expected
    if not who and expected == 302:
        assert response.headers["Location"].startswith(("/sign-in", "/"))


def _ask(client: Client, row: Private, path: str) -> Any:
    sent = {"data": row.body, "content_type": "application/json"} if row.body is not None else {}
    return getattr(client, row.method)(path, **sent, headers=row.headers)


def _filled(route: str, things: dict[str, object]) -> str:
    """The path of `posts/<uuid:post_id>` with the object's id."""
    for name, value in things.items():
        for converter in ("uuid:", "str:", "slug:", "int:", "path:", ""):
            route = route.replace(f"<{converter}{name}>", str(value))
    assert "<" not in route, f"things() of the row must give every part of {route}"
    return route


def _path_of_nothing(row: Private) -> str:
    """The path of an object that does not exist: a stranger must get the same reply for alice's."""
    return "/" + _filled(row.route, dict.fromkeys(_names(row.route), "00000000-0000-7000-8000-000000000000"))


def _names(route: str) -> list[str]:
    return [part.partition(">")[0].rpartition(":")[2] for part in route.split("<")[1:]]
