"""Authentication by key and by session, over HTTP (blogai.tests.probe_urls) and sockets."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.authentication import caller_from_scope
from accounts.models import User
from blogai.core.errors import NotAuthenticated, PermissionDenied

pytestmark = [pytest.mark.urls("blogai.tests.probe_urls"), pytest.mark.django_db]

EITHER = pytest.mark.parametrize("url", ["/api/v1/plain", "/api/v1/rest"])


@EITHER
def test_a_key_in_either_header(url: str, alice: User, key_for: Callable[..., str]) -> None:
    raw = key_for(alice)
    for headers in (
        {"X-API-Key": raw},
        {"Authorization": f"Bearer {raw}"},
        {"Authorization": f"bearer  {raw} "},
        {"Authorization": f"Token {raw}"},
        {"X-API-Key": raw, "Authorization": f"Token {raw}"},
        {"X-API-Key": raw, "Authorization": "Basic YTpi"},
    ):
        response = Client().get(url, headers=headers)
        assert (response.status_code, response.json()) == (200, {"email": alice.email, "via": "key"})


@EITHER
@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({}, "or send an API key"),
        ({"Authorization": "Basic YTpi"}, "or send an API key"),
        ({"X-API-Key": ""}, "a Blog AI key"),
        ({"Authorization": "Bearer"}, "a Blog AI key"),
        ({"X-API-Key": "bai_live_" + "a" * 36}, "has a typo"),
    ],
)
def test_without_a_good_key_401_says_why(url: str, headers: dict[str, str], sentence: str) -> None:
    response = Client().get(url, headers=headers)
    body = response.json()
    assert (response.status_code, body["code"]) == (401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Blog AI"'
    assert sentence in body["detail"]


@EITHER
@pytest.mark.parametrize("scheme", ["Bearer", "Token"])
def test_two_headers_that_disagree_are_refused(url: str, scheme: str, key_for: Callable[..., str]) -> None:
    user = User.objects.create_user(email="carol@example.com")
    response = Client().get(
        url, headers={"X-API-Key": key_for(user), "Authorization": f"{scheme} {key_for(user)}"}
    )
    assert response.status_code == 401
    assert "different API keys" in response.json()["detail"]


@EITHER
@pytest.mark.parametrize("name", ["api_key", "token", "API-Key"])
@pytest.mark.parametrize("header", [True, False])
def test_a_key_in_the_address_is_refused_and_not_logged(
    url: str, name: str, header: bool, alice_key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        response = Client().get(
            f"{url}?{name}={alice_key}", headers={"X-API-Key": alice_key} if header else None
        )
    assert response.status_code == 401
    assert "Don’t put API keys in URLs" in response.json()["detail"]
    assert alice_key not in caplog.text + response.text


def test_an_address_may_mention_keys(client_for: Callable[..., Client]) -> None:
    found = client_for("alice").get("/api/v1/plain?q=bai_live_&token=page-2&key=tides")
    assert found.status_code == 200


@EITHER
def test_a_revoked_key_is_refused_even_when_signed_in(
    url: str, alice: User, client_for: Callable[..., Client]
) -> None:
    client = client_for("revoked")
    client.force_login(alice)
    response = client.get(url)
    assert response.status_code == 401
    assert "revoked" in response.json()["detail"]


@EITHER
def test_reading_and_writing_are_different_permissions(url: str, client_for: Callable[..., Client]) -> None:
    assert client_for("alice", "read").get(url).status_code == 200
    response = client_for("alice", "read").post(url, {"topic": "tides"})
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert response.json()["permission"] == "generate"
    assert "generate" in response.json()["detail"]
    assert client_for("alice", "generate").get(url).json()["permission"] == "read"
    assert client_for("alice", "generate").post(url, {"topic": "tides"}).status_code == 201


def test_a_view_may_need_another_permission(client_for: Callable[..., Client]) -> None:
    assert client_for("alice", "read", "generate").delete("/api/v1/managed").json()["permission"] == "manage"
    assert client_for("alice", "manage").delete("/api/v1/managed").status_code == 204


@EITHER
def test_a_session_reads(url: str, alice: User) -> None:
    client = Client()
    client.force_login(alice)
    assert client.get(url).json() == {"email": alice.email, "via": "session"}


@EITHER
def test_a_session_writes_with_a_csrf_token_only(url: str, alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    body: dict[str, Any] = {"data": {"topic": "tides"}, "content_type": "application/json"}
    refused = client.post(url, **body)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    client.cookies["csrftoken"] = "a" * 32
    assert client.post(url, **body, headers={"X-CSRFToken": "a" * 32}).status_code == 201
    foreign = client.post(url, **body, headers={"X-CSRFToken": "a" * 32, "Origin": "https://evil.example"})
    assert foreign.status_code == 403


@EITHER
def test_a_key_needs_no_csrf_token(url: str, alice: User, key_for: Callable[..., str]) -> None:
    client = Client(enforce_csrf_checks=True, headers={"X-API-Key": key_for(alice)})
    assert client.post(url, {"topic": "tides"}, content_type="application/json").status_code == 201


@pytest.fixture
def alice_key(alice: User, key_for: Callable[..., str]) -> str:
    return key_for(alice)


def scope(user: object = None, **headers: str) -> dict[str, Any]:
    sent = [(name.lower().replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return {"type": "websocket", "scheme": "ws", "headers": sent, "user": user or AnonymousUser()}


@pytest.mark.django_db(transaction=True)
async def test_a_key_on_the_handshake_needs_no_origin(alice: User, alice_key: str) -> None:
    for headers in (
        {"X_API_Key": alice_key},
        {"Authorization": f"Bearer {alice_key}"},
        {"Authorization": f"Token {alice_key}"},
    ):
        caller = await caller_from_scope(scope(**headers))
        assert caller is not None
        assert caller.user == alice


async def test_a_wrong_key_on_the_handshake_is_refused_even_with_a_session() -> None:
    with pytest.raises(NotAuthenticated):
        await caller_from_scope(scope(User(email="alice@example.com"), X_API_Key="nonsense"))


async def test_on_the_handshake_keys_are_read_as_in_requests() -> None:
    with pytest.raises(NotAuthenticated, match="different API keys"):
        await caller_from_scope(scope(X_API_Key="bai_live_one", Authorization="Token bai_live_another"))
    with pytest.raises(NotAuthenticated, match="Don’t put API keys in URLs"):
        await caller_from_scope(scope() | {"query_string": b"api_key=bai_live_" + b"a" * 36})


async def test_with_neither_key_nor_session_nobody_asks() -> None:
    assert await caller_from_scope(scope()) is None


async def test_a_session_from_our_own_page_opens_a_socket() -> None:
    user = User(email="alice@example.com")
    for host, origin in (("blog.example", "http://blog.example"), ("proxied", "http://localhost:8000")):
        caller = await caller_from_scope(scope(user, Host=host, Origin=origin))
        assert caller is not None
        assert caller.via == "session"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://localhost:8000"},
        {"Origin": "http://localhost:8000.evil.example"},
        {"Origin": "http://["},
    ],
)
async def test_a_session_from_elsewhere_opens_none(headers: dict[str, str]) -> None:
    with pytest.raises(PermissionDenied, match="Only pages on this site can open"):
        await caller_from_scope(scope(User(email="alice@example.com"), Host="localhost:8000", **headers))


async def test_where_cookies_need_https_so_does_the_page(settings: Any) -> None:
    """A proxy ends TLS, so that the handshake looks plain to us."""
    settings.SESSION_COOKIE_SECURE = True
    user = User(email="alice@example.com")
    assert await caller_from_scope(scope(user, Host="blog.example", Origin="https://blog.example"))
    for origin in ("http://blog.example", "https://blog.example:8443", "https://blog.example.evil.example"):
        with pytest.raises(PermissionDenied):
            await caller_from_scope(scope(user, Host="blog.example", Origin=origin))
