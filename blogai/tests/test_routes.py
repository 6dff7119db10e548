"""Who gets in where: every route and method, asked by its owner and by everybody who must not get in.

Those are a stranger, nobody, whoever has a key that was revoked, whose account is closed or that lacks the
permission, and a page of another site in the owner's own browser. One test asks all of them about one row,
since making the row's objects and a database for it costs more than to ask.

A route that stands in none of PUBLIC, PRIVATE and PAGES fails `test_every_route_is_listed`: add a row.
Sockets are in test_socket_routes.py, and the pages of staff in staff/tests/test_access.py.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts import api_keys, closing, exports, securing, security_events, sessions
from accounts.callers import PERMISSIONS
from accounts.models import DataExport, Session, User
from accounts.origins import UNKNOWN
from accounts.security_events import Kind
from accounts.tests.signing_in import confirmed
from billing.tiers import set_tier
from blogai.tests.clients import ApiClient, client_with, revoked_key
from generation.conversations.services import conversation_named
from generation.editing.tests.proposed import part_of, propose
from generation.models import Notification, Post
from generation.pipeline.types import Brief, Draft, Part, Scores
from generation.posts.saved_filters import save_filter
from generation.posts.services import delete, store
from generation.posts.sharing import share
from generation.posts.tests.posts import a_post as a_post_with_sections
from generation.runs import proposals
from generation.runs.control import cancel
from generation.runs.start import RunOptions, start_run

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")

METHODS = ("get", "post", "put", "patch", "delete")
STAFF = "admin/"
"""How the routes of staff start."""
HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
ELSEWHERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
ALLOW_ORIGIN = "Access-Control-Allow-Origin"


def nothing(owner: User) -> dict[str, object]:
    return {}


def a_run(owner: User) -> dict[str, object]:
    return {"run_id": start_run(owner, RunOptions(brief=Brief(topic="Tides"), conversation="tides")).id}


def a_section(owner: User) -> dict[str, object]:
    return {"post_id": a_post_with_sections(owner).pk, "number": 1}


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


def a_version(owner: User) -> dict[str, object]:
    return {**a_post(owner), "number": 1}


def a_proposal(owner: User) -> dict[str, object]:
    things = a_post(owner)
    post = Post.objects.get(pk=str(things["post_id"]))
    return {**things, "proposal_id": propose(post, part_of(post, "introduction"), "It pulls.").pk}


def a_post_as_markdown(owner: User) -> dict[str, object]:
    return {**a_post(owner), "format": "md"}


def an_unwritten_one(owner: User) -> dict[str, object]:
    """A suggestion that waits for a worker."""
    post = a_post_with_sections(owner)
    run, _ = proposals.propose(owner, post.pk, proposals.Request(part="section-1", instruction="Shorter"))
    return {"post_id": post.pk, "proposal_id": run.post_id}


def a_share(owner: User) -> dict[str, object]:
    things = a_post(owner)
    made = share(owner, UUID(str(things["post_id"])))
    return {**things, "share_id": made.pk, "token": made.token}


def a_delivery(owner: User) -> dict[str, object]:
    """Of a webhook that waits for its first attempt."""
    set_tier(user=owner, tier="starter")
    told = RunOptions(brief=Brief(topic="Tides"), callback_url="https://hooks.example.com/")
    run = cancel(owner, start_run(owner, told).pk)
    return {"delivery_id": Notification.objects.get(event__run=run).pk}


def an_api_key(owner: User) -> dict[str, object]:
    return {"key_id": api_keys.issue(owner, "a test's", ["manage"])[0].id}


def a_second_factor(owner: User) -> dict[str, object]:
    """An app, its recovery codes, and a passkey."""
    TOTP.activate(owner, "ORSXG5A=")
    RecoveryCodes.activate(owner)
    return {"pk": WebAuthn.add(owner, "My phone", {}).instance.pk}


def a_linked_account(owner: User) -> dict[str, object]:
    return {"pk": SocialAccount.objects.create(user=owner, provider="google", uid="1").pk}


def a_session(owner: User) -> dict[str, object]:
    """Of another browser."""
    browser = Client()
    browser.force_login(owner)
    return {"handle": sessions.handle_of(Session.objects.get(pk=browser.session.session_key))}


def made_up(owner: User) -> dict[str, object]:
    return {"key": "made-up", "uidb36": "1", "token": "made-up"}


def a_help_article(owner: User) -> dict[str, object]:
    return {"slug": "first-post"}


def a_guide_article(owner: User) -> dict[str, object]:
    return {"slug": "errors"}


def a_keep_link(owner: User) -> dict[str, object]:
    closing.close(owner, UNKNOWN)
    return {"token": closing.token_for(owner)}


def a_secure_link(owner: User) -> dict[str, object]:
    return {"token": securing.token_for(security_events.record(owner, Kind.NEW_DEVICE))}


def an_export(owner: User) -> dict[str, object]:
    """That can be downloaded; its file is another test's business."""
    name = exports.storage().save("of-the-route-table.zip", ContentFile(b"zip"))
    export = DataExport.objects.create(
        user=owner, state="ready", file=name, size=3, expires_at=timezone.now() + timedelta(days=1)
    )
    return {"export_id": export.pk}


def an_unfinished_post(owner: User) -> dict[str, object]:
    return {"post_id": start_run(owner, RunOptions(brief=Brief(topic="Tides"))).post_id}


def a_deleted_post(owner: User) -> dict[str, object]:
    things = a_post(owner)
    delete(owner, UUID(str(things["post_id"])))
    return things


def a_saved_filter(owner: User) -> dict[str, object]:
    return {"filter_id": save_filter(owner, "Tides", {"q": "tides"}).pk}


@dataclass(frozen=True)
class Private:
    """A method and route that need a key; its status for alice, who owns `things`, and for mallory.

    `things` makes what the route's `<…>` name. Where everybody has their own (a list, starting something),
    `stranger` is what mallory gets for hers. `needs` is the one permission that the key must have, unless it
    is `read` for GET and `generate` for the others. The table says so, and does not ask the view: a view that
    forgets its own would change what is expected of it.
    """

    method: str
    route: str
    owner: int = 200
    stranger: int = 404
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    things: Callable[[User], dict[str, object]] = nothing
    needs: str = ""

    @property
    def permission(self) -> str:
        return self.needs or ("read" if self.method == "get" else "generate")

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
    ("get", "docs/reference"),
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
    Private("post", "api/v1/webhooks/test", 422, 422, body={"url": "http://127.0.0.1/"}, needs="manage"),
    Private("get", "api-keys", stranger=200, needs="manage"),
    Private("post", "api-keys", 201, 201, body={"permissions": ["manage"]}, needs="manage"),
    Private("get", "api/v1/api-keys", stranger=200, things=an_api_key, needs="manage"),
    Private("post", "api/v1/api-keys", 201, 201, body={"permissions": ["manage"]}, needs="manage"),
    Private("get", "api/v1/api-keys/<uuid:key_id>", things=an_api_key, needs="manage"),
    Private("patch", "api/v1/api-keys/<uuid:key_id>", body={"name": "CI"}, things=an_api_key, needs="manage"),
    Private("delete", "api/v1/api-keys/<uuid:key_id>", 204, things=an_api_key, needs="manage"),
    Private("post", "api/v1/api-keys/<uuid:key_id>/rotate", 201, things=an_api_key, needs="manage"),
    Private("get", "api/v1/models", stranger=200),
    Private("get", "api/v1/me", stranger=200),
    Private("get", "api/v1/usage", stranger=200),
    Private("get", "api/v1/usage/records", stranger=200, things=a_run),
    Private("get", "api/v1/tiers", stranger=200),
    Private("post", "api/v1/billing/checkout", 409, 409, body={"tier": "pro"}, needs="manage"),
    Private("post", "api/v1/billing/portal", 409, 409, needs="manage"),
    Private("get", "api/v1/billing/subscription", stranger=200),
    Private("get", "api/v1/posts", stranger=200, things=a_post),
    Private("post", "api/v1/posts/import", 415, 415, body={}),  # generation/api/tests/test_importing.py
    Private("get", "api/v1/posts/<uuid:post_id>", things=a_post),
    Private("delete", "api/v1/posts/<uuid:post_id>", 204, things=a_post),
    Private("put", "api/v1/posts/<uuid:post_id>/favourite", 204, things=a_post),
    Private("delete", "api/v1/posts/<uuid:post_id>/favourite", 204, things=a_post),
    Private("get", "api/v1/posts/<uuid:post_id>/seo", things=a_post),
    Private("get", "api/v1/posts/<uuid:post_id>/text", things=a_post),
    Private("patch", "api/v1/posts/<uuid:post_id>", body={"title": "High tide"}, things=a_post),
    Private("get", "api/v1/posts/<uuid:post_id>/versions", things=a_post),
    Private("get", "api/v1/posts/<uuid:post_id>/versions/<int:number>", things=a_version),
    Private("post", "api/v1/posts/<uuid:post_id>/versions/<int:number>/restore", things=a_version),
    Private("get", "api/v1/posts/<uuid:post_id>/diff", 422, things=a_post),
    Private("get", "api/v1/posts/<uuid:post_id>/proposals", things=a_post),
    Private("post", "api/v1/posts/<uuid:post_id>/proposals/<uuid:proposal_id>/accept", things=a_proposal),
    Private("post", "api/v1/posts/<uuid:post_id>/proposals/<uuid:proposal_id>/drop", things=a_proposal),
    Private("put", "api/v1/posts/<uuid:post_id>/text", body={"base": 1, "text": "High."}, things=a_post),
    Private(
        "post",
        "api/v1/posts/<uuid:post_id>/proposals",
        202,
        body={"part": "introduction", "instruction": "Shorter"},
        things=a_post,
    ),
    Private(
        "post",
        "api/v1/posts/<uuid:post_id>/sections/<int:number>/regenerate",
        202,
        things=a_section,
    ),
    Private("get", "api/v1/posts/<uuid:post_id>/export", things=a_post),
    Private("get", "api/v1/posts/<uuid:post_id>/shares", things=a_post),
    Private("post", "api/v1/posts/<uuid:post_id>/shares", 201, body={}, things=a_post),
    Private("delete", "api/v1/posts/<uuid:post_id>/shares/<uuid:share_id>", 204, things=a_share),
]


SUGGESTION = "posts/<uuid:post_id>/suggestions/<uuid:proposal_id>"
PAGES = [
    Page("posts/<uuid:post_id>/versions", stranger=404, things=a_post),
    Page("posts/<uuid:post_id>/versions/<int:number>", stranger=404, things=a_version),
    Page("posts/<uuid:post_id>/versions/<int:number>/restore", 302, 404, method="post", things=a_version),
    Page("posts/<uuid:post_id>/compare", stranger=404, things=a_post),
    Page("posts/<uuid:post_id>/authors", stranger=404, things=a_post),
    Page("webhooks/stripe", 404, 404, nobody=404, method="post"),  # billing/tests/test_stripe_webhook.py
    Page(".well-known/security.txt", nobody=200),
    Page("browser-errors", 404, 404, nobody=404, method="post"),  # test_browser_errors.py
    Page("debug-sentry", 500, 500, nobody=500),  # in development; test_development.py has the rest
    Page("config-status", nobody=200),
    Page("pricing", nobody=200),
    Page("usage", things=a_run),
    Page("usage.csv", things=a_run),
    Page("robots.txt", nobody=200),
    Page("sitemap.xml", nobody=200),
    Page("llms.txt", nobody=200),
    Page("manifest.webmanifest", nobody=200),
    Page("favicon.ico", 302, 302, nobody=302),
    Page("sample", nobody=200),
    Page("start", 302, 302, nobody=302),
    Page("help", nobody=200),
    Page("help/<slug:slug>", nobody=200, things=a_help_article),
    Page("docs/<slug:slug>", nobody=200, things=a_guide_article),
    Page("contact", nobody=200),
    Page("contact/sent", nobody=200),
    Page("status", nobody=200),
    Page("changelog", nobody=200),
    Page("offline", nobody=200),
    Page("service-worker.js", nobody=200),
    Page("terms", nobody=200),
    Page("privacy", nobody=200),
    Page("sign-up", 302, 302, nobody=200),
    Page("sign-in", 302, 302, nobody=200),
    Page("sign-in/code", 302, 302),
    Page("sign-in/passkey", 302, 302),
    Page("sign-in/google", nobody=200),
    Page("sign-in/google/back", 401, 401, nobody=401),
    Page("sign-in/github", nobody=200),
    Page("sign-in/github/back", 401, 401, nobody=401),
    Page("sign-in/cancelled", nobody=200),
    Page("sign-in-again"),
    Page("sign-in-again/code", stranger=302, things=a_second_factor),
    Page("sign-in-again/passkey", 302, 302),
    Page("sign-in-again/provider", 302, 302),
    Page("sign-out"),
    Page("closed-account", nobody=200),
    Page("confirm-email", nobody=200),
    Page("confirm-email/<str:key>", nobody=200, things=made_up),
    Page("forgotten-password", nobody=200),
    Page("forgotten-password/sent", nobody=200),
    Page("new-password/<str:uidb36>/<str:key>", nobody=200, things=made_up),
    Page("new-password/done", nobody=200),
    Page("billing"),
    Page("billing/checkout", 422, 422, method="post"),
    Page("billing/success", 404, 404),  # billing/web/tests/test_success_page.py
    Page("billing/portal", 302, 302, method="post"),
    Page("billing/return", 302, 302),
    Page("billing/cancel", 302, 302),
    Page("billing/resume", 302, 302, method="post"),
    Page("billing/invoices"),
    Page("billing/pay", 302, 302),
    Page("settings"),
    Page("settings/profile", 302, 302),
    Page("settings/name", 302, 302),
    Page("settings/email"),
    Page("settings/password"),
    Page("settings/first-password", 302, 302),
    Page("settings/security", 302, 302),
    Page("settings/security/app"),
    Page("settings/security/app/remove", stranger=404, things=a_second_factor),
    Page("settings/security/passkeys/new"),
    Page("settings/security/passkeys/<int:pk>", stranger=404, things=a_second_factor),
    Page("settings/security/passkeys/<int:pk>/remove", stranger=404, things=a_second_factor),
    Page("settings/security/recovery-codes", stranger=404, things=a_second_factor),
    Page("settings/security/recovery-codes/new"),
    Page("settings/security/accounts/<int:pk>/remove", 302, 404, method="post", things=a_linked_account),
    Page("settings/sessions", 302, 302),
    Page("settings/sessions/end-others", 302, 302, method="post", things=a_session),
    Page("settings/sessions/<slug:handle>/end", 302, 404, method="post", things=a_session),
    Page("settings/time-zone", 302, 302),
    Page("settings/theme", 302, 302),
    Page("settings/notifications", 302, 302),
    Page(
        "usage-emails/off/<str:token>", 404, 404, nobody=404, things=made_up
    ),  # billing/tests/test_notices.py
    Page("settings/writing", 302, 302),
    Page("settings/activity"),
    Page("settings/export", 302, 302),
    Page("settings/export/progress"),
    Page("settings/export/<uuid:export_id>", stranger=404, things=an_export),
    Page("settings/delete-account"),
    Page("keep-account", 302, 302),
    Page("keep-account/<str:token>", nobody=200, things=a_keep_link),
    Page("secure-account/<str:token>", nobody=200, things=a_secure_link),
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
    Page("posts/selected", 400, 400, method="post"),
    Page("posts/compare", 404, 404),  # generation/web/tests/test_compare_posts.py
    Page("posts/import"),
    Page("posts/trash", things=a_deleted_post),
    Page("posts/views", things=a_saved_filter),
    Page("posts/views/<uuid:filter_id>", 302, 302, method="post", things=a_saved_filter),
    Page("posts/<uuid:post_id>/star", 302, 404, method="post", things=a_post),
    Page("posts/<uuid:post_id>/duplicate", 302, 404, method="post", things=a_post),
    Page("posts/<uuid:post_id>", stranger=404, things=a_post),
    Page("posts/<uuid:post_id>/markdown", stranger=404, things=a_post),
    Page("posts/<uuid:post_id>/suggest", stranger=404, things=a_post),
    Page("posts/<uuid:post_id>/suggestions", stranger=404, things=a_proposal),
    Page(SUGGESTION, stranger=404, things=a_proposal),
    Page(f"{SUGGESTION}/accept", 302, 404, method="post", things=a_proposal),
    Page(f"{SUGGESTION}/drop", 302, 404, method="post", things=a_proposal),
    Page(f"{SUGGESTION}/stop", 302, 404, method="post", things=an_unwritten_one),
    Page(f"{SUGGESTION}/again", 409, 404, method="post", things=an_unwritten_one),
    Page("posts/<uuid:post_id>/seo", stranger=404, things=a_post),
    Page("posts/<uuid:post_id>/export/<slug:format>", stranger=404, things=a_post_as_markdown),
    Page("posts/export", 422, 422, method="post"),  # generation/web/tests/test_export_pages.py
    Page("posts/<uuid:post_id>/share", stranger=404, things=a_post),
    Page("shared/<slug:token>", nobody=200, things=a_share),
    Page("settings/sharing", things=a_share),
    Page("settings/sharing/<uuid:share_id>/off", 302, 404, method="post", things=a_share),
    Page("posts/<uuid:post_id>/edit", stranger=404, things=a_post),
    Page("posts/<uuid:post_id>/edit/preview", 200, 404, method="post", things=a_post),
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
    found = {(method, route) for method, route in routes(patterns) if not route.startswith(STAFF)}
    return {(method, route) for method, route in found if route not in pages} - listed


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
def test_private_routes_let_their_owner_in(row: Private, alice: User, mallory: User, settings: Any) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    path = "/" + filled(row.route, row.things(alice))
    lacking = _key(alice, *(name for name in PERMISSIONS if name != row.permission))
    assert _refusal(row, path, client_with(None)) == (401, "not_authenticated")
    assert _refusal(row, path, client_with(revoked_key(alice))) == (401, "not_authenticated")
    assert _refusal(row, path, client_with(lacking)) == (403, "permission_denied", row.permission)
    if row.method != "get":
        assert _refusal(row, path, _browser(alice, ELSEWHERE, ApiClient)) == (403, "permission_denied")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert _refusal(row, path, client_with(lacking)) == (401, "not_authenticated"), "her account is closed"
    User.objects.filter(pk=alice.pk).update(is_active=True)

    stranger = _browser(mallory, HERE, ApiClient)
    theirs = _ask(stranger, row, path)
    assert theirs.status_code == row.stranger, theirs.content
    if row.stranger == 404:
        assert theirs.json()["detail"] == _ask(stranger, row, _path_of_nothing(row.route)).json()["detail"]
    # A program may name any Origin, since its key is what counts; a page elsewhere cannot read the reply.
    owner = _ask(client_with(_key(alice, row.permission)), row, path, ELSEWHERE)
    assert owner.status_code == row.owner, owner.content
    assert ALLOW_ORIGIN not in owner.headers


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_pages_let_their_owner_in(page: Page, alice: User, mallory: User, settings: Any) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    settings.SIGN_IN_PROVIDERS = {"google": ("id", "secret"), "github": ("id", "secret")}
    path = "/" + filled(page.route, page.things(alice))
    elsewhere = _browser(alice, ELSEWHERE)
    with nothing_written():
        nobody = _visit(Client(), page, path)
        assert nobody.status_code == page.nobody
        if page.nobody == 302:
            assert nobody.headers["Location"].startswith("/")
        # Every page, since one that shows a form mostly takes it as well. (405: it is never a form's target.)
        forged = elsewhere.post(path, headers={"Accept": "application/json"})
        refusals = {403} if page.method == "post" else {403, 405}
        if page.nobody == 404:  # there is no such page for anybody
            refusals = {404}
        assert forged.status_code in refusals, forged.content
    assert _visit(_browser(mallory, HERE), page, path).status_code == page.stranger
    assert _visit(_browser(alice, HERE), page, path).status_code == page.owner


@pytest.mark.django_db
def test_scripts_of_other_sites_get_leave_from_the_api_alone(client: Client, settings: Any) -> None:
    """A preflight carries no key: it is answered before anybody is asked for one."""
    ours = settings.CORS_ALLOWED_ORIGINS[0]
    for row in PRIVATE:
        path = _path_of_nothing(row.route)
        allowed = _preflight(client, path, row.method, ours)
        assert (allowed.status_code, allowed.headers[ALLOW_ORIGIN]) == (200, ours)
        assert row.method.upper() in allowed.headers["Access-Control-Allow-Methods"]
        assert ALLOW_ORIGIN not in _preflight(client, path, row.method, ELSEWHERE["Origin"]).headers
    for page in PAGES:
        assert ALLOW_ORIGIN not in _preflight(client, _path_of_nothing(page.route), page.method, ours).headers


@contextmanager
def nothing_written() -> Iterator[None]:
    """Fails if any row is inserted, changed or deleted, even if that is rolled back."""
    before = _rows_written()
    yield
    assert _rows_written() == before


def _rows_written() -> dict[str, int]:
    """How many in the test's transaction so far, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS rows FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


def _refusal(row: Private, path: str, client: Client) -> tuple[object, ...]:
    """The status and code of a reply that has changed nothing, and the permission it says is missing."""
    with nothing_written():
        reply = _ask(client, row, path)
    problem = reply.json()
    missing = [problem["permission"]] if "permission" in problem else []
    return (reply.status_code, problem["code"], *missing)


def _ask(client: Client, row: Private, path: str, headers: Mapping[str, str] | None = None) -> Any:
    sent = {"data": row.body, "content_type": "application/json"} if row.body is not None else {}
    return getattr(client, row.method)(path, **sent, headers={**row.headers, **(headers or {})})


def _visit(client: Client, page: Page, path: str) -> Any:
    client.raise_request_exception = False
    return getattr(client, page.method)(path, headers={"Accept": "text/html"})


def _preflight(client: Client, path: str, method: str, origin: str) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": method.upper()}
    return client.options(path, headers=headers)


def _key(owner: User, *permissions: str) -> str:
    """A key whose use has been noted already, which would be a change otherwise."""
    raw = api_keys.issue(owner, "a test's", permissions)[1]
    api_keys.caller_for(raw)
    return raw


def _browser(user: User, sender: Mapping[str, str], kind: type[Client] = Client) -> Client:
    """The browser in which the user is signed in, on a page that has the CSRF token, whoever made it.

    They have just shown once more that it is them: accounts/tests/test_reauthentication.py has what needs it.
    """
    token = "a" * 32
    client = kind(enforce_csrf_checks=True, headers={"X-CSRFToken": token, **sender})
    client.force_login(user)
    confirmed(client, user)
    client.cookies[django_settings.CSRF_COOKIE_NAME] = token
    return client


def filled(route: str, things: dict[str, object]) -> str:
    """The path of `posts/<uuid:post_id>` with the object's id."""
    for name, value in things.items():
        for converter in ("uuid:", "str:", "slug:", "int:", "path:", ""):
            route = route.replace(f"<{converter}{name}>", str(value))
    assert "<" not in route, f"things() of the row must give every part of {route}"
    return route


def _path_of_nothing(route: str) -> str:
    """The path of an object that does not exist: a stranger must get the same reply for alice's."""
    ids = dict.fromkeys(_names(route), "00000000-0000-7000-8000-000000000000")
    return "/" + filled(route, {**ids, "number": "1"})


def _names(route: str) -> list[str]:
    return [part.partition(">")[0].rpartition(":")[2] for part in route.split("<")[1:]]
