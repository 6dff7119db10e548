"""Signing in, signing up and forgotten passwords: how often, by address and by e-mail."""

import socket
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import AsyncClient, Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisIsAway

from accounts import form_limits
from accounts.models import User
from accounts.tests.authenticators import code_of
from accounts.tests.mails import delivered
from accounts.tests.signing_in import add_app, confirmed
from blogai.core.ratelimit.base import DAY, Rate
from blogai.tests.clocks import Clock

pytestmark = pytest.mark.django_db

PASSWORD = "a password"
GUESS = {"login": "alice@example.com", "password": "my guess at it"}


@pytest.fixture(autouse=True)
def _limits(rate_limits: Clock, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """On, for people who read pages; and no minute of the wall's clock ends in the middle of a test."""
    settings.RATE_LIMIT_GENERAL = 10_000
    now = time.time()
    monkeypatch.setattr("django_ratelimit.core.time", SimpleNamespace(time=lambda: now))


def sign_in(client: Client, address: str = "203.0.113.7", **changed: str) -> Any:
    return client.post("/sign-in", {**GUESS, **changed}, REMOTE_ADDR=address)


def test_an_address_may_guess_ten_times_a_minute(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesses = [sign_in(client, login=f"{number}@example.com") for number in range(10)]
    assert [guess.status_code for guess in guesses] == [200] * 10
    monkeypatch.setattr(User, "check_password", None)  # nothing may be hashed from here on
    refused = sign_in(client, login="Alice@Example.com", password=PASSWORD)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"sign-in";r=0;t=')
    assert 'value="Alice@Example.com"' in refused.text and PASSWORD not in refused.text
    assert "Too many tries" in refused.text
    assert "_auth_user_id" not in client.session
    assert client.get("/sign-in", REMOTE_ADDR="203.0.113.7").status_code == 200
    monkeypatch.undo()


def test_an_email_may_be_guessed_for_from_many_addresses_fifteen_times(client: Client, alice: User) -> None:
    for known in ("alice@example.com", "nobody@example.com"):
        guesses = [sign_in(client, f"203.0.113.{number}", login=known) for number in range(15)]
        assert {guess.status_code for guess in guesses} == {200}
        refused = sign_in(client, "203.0.113.99", login=known.upper())
        assert refused.status_code == 429
    assert sign_in(client, "203.0.113.99", login="bob@example.com").status_code == 200


def test_a_mailbox_is_not_filled(client: Client, alice: User) -> None:
    for email, mails in (("alice@example.com", 3), ("nobody@example.com", 0)):
        asked = [
            client.post("/forgotten-password", {"email": email}, REMOTE_ADDR=f"203.0.113.{number}")
            for number in range(4)
        ]
        assert [reply.status_code for reply in asked] == [302] * 3 + [429]
        assert len([message for message in delivered() if message.to == ["alice@example.com"]]) == mails


def test_an_address_makes_so_many_accounts_a_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(form_limits.BY_ADDRESS, "sign-up", (Rate(100), Rate(2, DAY)))
    replies = [
        Client().post("/sign-up", {"email": f"{number}@example.com", "password1": "correct horse battery"})
        for number in range(3)
    ]
    assert [reply.status_code for reply in replies] == [302, 302, 429]
    assert 'value="2@example.com"' in replies[2].text and "correct horse" not in replies[2].text
    assert User.objects.count() == 2


def guess_code(client: Client, address: str, code: str = "000000") -> Any:
    return client.post("/sign-in/code", {"code": code}, REMOTE_ADDR=address)


def test_a_code_may_be_guessed_five_times_a_minute_from_wherever(client: Client, alice: User) -> None:
    client.force_login(alice)
    confirmed(client, alice)
    secret, _ = add_app(client)
    cache.clear()  # setting it up was counted too
    browsers = [Client() for _ in range(6)]
    for number, browser in enumerate(browsers):
        sign_in(browser, f"203.0.113.{number}", password=PASSWORD)
    guesses = [guess_code(browser, f"203.0.113.{number}") for number, browser in enumerate(browsers)]
    assert [guess.status_code for guess in guesses] == [200] * 5 + [429]
    assert "Too many tries" in guesses[5].text and 'name="code"' in guesses[5].text
    refused = guess_code(browsers[5], "203.0.113.5", code_of(secret, 1))
    assert refused.status_code == 429
    assert "_auth_user_id" not in browsers[5].session


def test_an_address_may_try_ten_codes_a_minute(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(form_limits.BY_OWNER, "second-factor", (Rate(100),))
    client.force_login(alice)
    confirmed(client, alice)
    add_app(client)
    sign_in(other := Client(), password=PASSWORD)
    guesses = [guess_code(other, "203.0.113.7") for _ in range(11)]
    assert [guess.status_code for guess in guesses] == [200] * 10 + [429]
    again = client.post("/sign-in-again/code", {"code": "1"}, REMOTE_ADDR="203.0.113.7")
    assert again.status_code == 429
    assert "Too many tries" in again.text


def test_challenges_for_passkeys_are_counted_with_their_answers(client: Client) -> None:
    wanted = {"Accept": "application/json"}
    for _ in range(10):
        assert client.get("/sign-in/passkey", headers=wanted).status_code == 200
        assert client.post("/sign-in/passkey", {"credential": "{}"}).status_code == 302
    assert client.get("/sign-in/passkey", headers=wanted).status_code == 429
    assert client.post("/sign-in/passkey", {"credential": "{}"}).status_code == 429


async def test_under_asgi_too(db: None) -> None:
    client = AsyncClient()
    replies = [await client.post("/sign-in", GUESS) for _ in range(11)]
    assert [reply.status_code for reply in replies] == [200] * 10 + [429]


@pytest.mark.parametrize(
    ("path", "field"), [("/sign-in-again", "password"), ("/settings/password", "oldpassword")]
)
def test_in_a_browser_left_open_the_password_cannot_be_guessed_either(
    client: Client, alice: User, path: str, field: str
) -> None:
    client.force_login(alice)
    replies = [client.post(path, {field: "my guess at it", "password1": "x"}) for _ in range(11)]
    assert [reply.status_code for reply in replies] == [200] * 10 + [429]
    assert "Too many tries" in replies[10].text


@pytest.mark.parametrize("error", [RedisIsAway("away"), TimeoutError("hung")])
def test_without_its_cache_a_process_counts_alone(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(type(cache._connections[cache._alias]), "add", fail)  # type: ignore[attr-defined]
    replies = [sign_in(client) for _ in range(11)]
    assert [reply.status_code for reply in replies] == [200] * 10 + [429]


def test_a_redis_that_hangs_is_not_waited_for(client: Client, settings: Settings) -> None:
    """Its port takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": f"redis://127.0.0.1:{silent.getsockname()[1]}/0",
                "OPTIONS": {"socket_timeout": 0.05, "socket_connect_timeout": 0.05},
            }
        }
        start = time.monotonic()
        assert sign_in(client).status_code == 200
        assert time.monotonic() - start < 0.5


def test_switched_off(client: Client, settings: Settings) -> None:
    settings.RATE_LIMIT_ENABLED = False
    assert {sign_in(client).status_code for _ in range(12)} == {200}
