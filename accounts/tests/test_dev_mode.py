"""DEV_MODE: who may use the API without a key, over HTTP (blogai.tests.probe_urls) and sockets."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.authentication import caller_from_scope
from accounts.models import User
from accounts.services import DEMO_EMAIL

pytestmark = [pytest.mark.urls("blogai.tests.probe_urls"), pytest.mark.django_db]

HERE = {"Host": "localhost:8000"}
OWN = "http://localhost:8000"
LET_IN = [
    HERE,
    {"Host": "127.0.0.1:9000"},
    {"Host": "[::1]:8000"},
    {**HERE, "Origin": OWN, "Sec-Fetch-Site": "same-origin"},
    {**HERE, "Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"},  # named in ALLOWED_ORIGINS
    {**HERE, "Sec-Fetch-Site": "none"},
]
NOT_LET_IN = [
    {"Host": "blog.example"},  # DNS rebinding
    {"Host": "localhost.evil.example"},
    {**HERE, "Origin": "https://evil.example"},
    {**HERE, "Origin": "null"},
    {**HERE, "Origin": "http://localhost:4000", "Sec-Fetch-Site": "same-site"},
    {**HERE, "Origin": OWN, "Sec-Fetch-Site": "cross-site"},
    {**HERE, "Sec-Fetch-Site": "cross-site"},
    {**HERE, "Sec-Fetch-Site": "same-site"},
    {**HERE, "X-Forwarded-For": "127.0.0.1"},
    {**HERE, "Forwarded": "for=127.0.0.1"},
    {**HERE, "Authorization": "Basic YTpi"},
    {**HERE, "X-API-Key": ""},
]


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.DEV_MODE = True
    settings.ALLOWED_HOSTS = ["*"]
    settings.ALLOWED_ORIGINS = ["http://localhost:3000"]


def handshake(headers: dict[str, str], peer: str = "127.0.0.1") -> dict[str, Any]:
    sent = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "websocket",
        "scheme": "ws",
        "headers": sent,
        "user": AnonymousUser(),
        "client": (peer, 1),
    }


@pytest.mark.parametrize("url", ["/api/v1/plain", "/api/v1/rest"])
@pytest.mark.parametrize("headers", LET_IN, ids=str)
def test_programs_and_pages_of_this_machine_are_the_demo_account(url: str, headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get(url, headers=headers).json()["email"] == DEMO_EMAIL
    reply = client.post(url, {"topic": "tides"}, content_type="application/json", headers=headers)
    assert reply.status_code == 201


@pytest.mark.parametrize("url", ["/api/v1/plain", "/api/v1/rest"])
@pytest.mark.parametrize("headers", NOT_LET_IN, ids=str)
def test_nobody_else_is(url: str, headers: dict[str, str]) -> None:
    for method in ("get", "post"):
        assert getattr(Client(), method)(url, headers=headers).status_code == 401
    assert not User.objects.filter(email=DEMO_EMAIL).exists()


@pytest.mark.parametrize("url", ["/api/v1/plain", "/api/v1/rest"])
def test_nor_another_machine_nor_anybody_while_it_is_off(url: str, settings: Any) -> None:
    assert Client(REMOTE_ADDR="192.168.1.7").get(url, headers=HERE).status_code == 401
    settings.DEV_MODE = False
    assert Client().get(url, headers=HERE).status_code == 401


@pytest.mark.parametrize("url", ["/api/v1/plain", "/api/v1/rest"])
def test_who_is_signed_in_stays_who_they_are(url: str, alice: User) -> None:
    client = Client()
    client.force_login(alice)
    assert client.get(url, headers=HERE).json()["email"] == alice.email


@pytest.mark.django_db(transaction=True)
async def test_a_socket_opens_for_the_same() -> None:
    caller = await caller_from_scope(handshake({**HERE, "Origin": OWN}))
    assert caller is not None
    assert caller.user.email == DEMO_EMAIL
    for headers in NOT_LET_IN[:-1]:
        assert await caller_from_scope(handshake(headers)) is None
    assert await caller_from_scope(handshake(HERE, peer="192.168.1.7")) is None
