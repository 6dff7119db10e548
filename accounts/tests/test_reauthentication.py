"""Showing once more whose session it is, before keys, second factors and the address."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts import api_keys, services
from accounts.models import User
from accounts.tests.authenticators import HOST, code_of
from accounts.tests.mails import delivered
from accounts.tests.signing_in import PASSWORD, add_app, add_passkey, confirmed, options_on, sign_in
from blogai.tests.clients import ApiClient

pytestmark = pytest.mark.django_db

KEYS = "/settings/api-keys"
NEW_KEY = {"name": "The newsroom's", "permissions": "read", "days": "30"}
AGAIN = "/sign-in-again?next=/settings/api-keys"
AGE = 600
"""Seconds: an old session."""


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    """One that alice signed in to some time ago."""
    client.force_login(alice)
    return client


def ages(client: Client) -> None:
    """What was shown in this session was shown ten minutes ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= AGE
    session.save()


def test_it_works_and_the_form_is_not_lost(browser: Client, alice: User) -> None:
    asked = browser.post(KEYS, NEW_KEY)
    assert asked.headers["Location"].replace("%2F", "/") == AGAIN
    assert not api_keys.current(alice)
    assert "Enter your password to continue" in browser.get(asked.headers["Location"]).text
    mistyped = browser.post("/sign-in-again", {"password": "wrong", "next": KEYS})
    assert "t your password" in mistyped.text
    made = browser.post("/sign-in-again", {"password": PASSWORD, "next": KEYS}, follow=True)
    (raw,) = re.findall(r"bai_live_\w{36}", made.text)
    key = api_keys.current(alice).get()
    assert (key.name, key.permissions, key.expires_at is not None) == ("The newsroom's", ["read"], True)
    assert api_keys.caller_for(raw).user == alice
    assert 'aria-current="page">API keys' in made.text


def test_it_is_good_for_five_minutes(browser: Client) -> None:
    browser.post("/sign-in-again", {"password": PASSWORD})
    assert "Copy the key now" in browser.post(KEYS, NEW_KEY, follow=True).text
    ages(browser)
    assert browser.post(KEYS, NEW_KEY).headers["Location"].startswith("/sign-in-again?next=")


def test_a_sign_in_counts_as_long(client: Client, alice: User) -> None:
    sign_in(client)
    assert "Copy the key now" in client.post(KEYS, NEW_KEY, follow=True).text
    ages(client)
    assert client.post(KEYS, NEW_KEY).headers["Location"].startswith("/sign-in-again?next=")


def test_a_mistake_is_told_before_anything_is_asked(browser: Client) -> None:
    assert browser.post(KEYS, {"name": ""}).status_code == 422


def test_rotating_makes_a_key_too(browser: Client, alice: User) -> None:
    key, _ = api_keys.issue(alice, "CI", ["read"])
    path = f"{KEYS}/{key.pk}/rotate"
    assert browser.post(path, {"overlap": "0"}).headers["Location"].startswith("/sign-in-again?next=")
    rotated = browser.post("/sign-in-again", {"password": PASSWORD, "next": path}, follow=True)
    assert "Copy the key now" in rotated.text
    assert api_keys.current(alice).count() == 2


def test_revoking_does_not_ask(browser: Client, alice: User) -> None:
    key, _ = api_keys.issue(alice, "CI", ["read"])
    assert browser.post(f"{KEYS}/{key.pk}/revoke").headers["Location"] == KEYS


def test_the_api_asks_sessions_and_no_keys(alice: User, client_for: Callable[..., ApiClient]) -> None:
    session = ApiClient()
    session.force_login(alice)
    key, _ = api_keys.issue(alice, "CI", ["read"])
    for path in ("/api/v1/api-keys", "/api-keys", f"/api/v1/api-keys/{key.pk}/rotate"):
        reply = session.post(path)
        assert (reply.status_code, reply.json()["code"]) == (403, "reauthentication_required")
        assert "/sign-in-again" in reply.json()["detail"]
    assert client_for(alice).post("/api/v1/api-keys").status_code == 201
    confirmed(session, alice)
    assert session.post("/api/v1/api-keys").status_code == 201


@pytest.mark.parametrize(
    "path",
    [
        *("/settings/security/app", "/settings/security/passkeys/new"),
        "/settings/security/recovery-codes/new",
    ],
)
def test_second_factors_are_not_even_shown(browser: Client, path: str) -> None:
    assert browser.get(path).headers["Location"].replace("%2F", "/") == f"/sign-in-again?next={path}"
    back = browser.post("/sign-in-again", {"password": PASSWORD, "next": path})
    assert back.headers["Location"] == path
    assert browser.get(path).status_code == 200


def test_removing_them_asks_too(browser: Client, alice: User) -> None:
    confirmed(browser, alice)
    add_app(browser)
    add_passkey(browser)
    passkey = alice.authenticator_set.get(type="webauthn")  # type: ignore[attr-defined] # allauth's
    ages(browser)
    named = f"passkeys/{passkey.pk}"
    for path in ("app/remove", named, f"{named}/remove", "recovery-codes/new"):
        for reply in (browser.get(f"/settings/security/{path}"), browser.post(f"/settings/security/{path}")):
            assert "/sign-in-again" in reply.headers.get("Location", ""), path
    assert alice.authenticator_set.count() == 3  # type: ignore[attr-defined]


def test_a_new_address_asks_and_is_then_sent_its_link(browser: Client, alice: User) -> None:
    sent = {"email": "liddell@example.com", "action_add": ""}
    asked = browser.post("/settings/email", sent)
    assert asked.headers["Location"].replace("%2F", "/") == "/sign-in-again?next=/settings/email"
    assert not delivered()
    back = browser.post("/sign-in-again", {"password": PASSWORD, "next": "/settings/email"})
    assert back.headers["Location"] == "/settings/email"
    assert [message.to for message in delivered()] == [["liddell@example.com"]]


def test_a_code_will_do(browser: Client, alice: User) -> None:
    confirmed(browser, alice)
    secret, _ = add_app(browser)
    ages(browser)
    asked = browser.post(KEYS, NEW_KEY)
    page = browser.get(asked.headers["Location"]).text
    assert f"/sign-in-again/code?next={KEYS}" in page.replace("%2F", "/")
    sent = {"code": code_of(secret, 1), "next": KEYS}
    assert "Copy the key now" in browser.post("/sign-in-again/code", sent, follow=True).text


def test_a_passkey_will_do(browser: Client, alice: User) -> None:
    confirmed(browser, alice)
    passkey = add_passkey(browser)
    ages(browser)
    browser.post(KEYS, NEW_KEY)
    page = browser.get(f"/sign-in-again/passkey?next={KEYS}", headers=HOST).text
    sent = {"credential": passkey.used(options_on(page)), "next": KEYS}
    assert "Copy the key now" in browser.post("/sign-in-again/passkey", sent, follow=True, headers=HOST).text


def test_another_form_than_the_one_asked_for_is_not_sent(browser: Client, alice: User) -> None:
    browser.post(KEYS, NEW_KEY)
    back = browser.post("/sign-in-again", {"password": PASSWORD, "next": "/posts"})
    assert back.headers["Location"] == "/posts"
    assert not api_keys.current(alice)
    browser.post("/sign-in-again", {"password": PASSWORD, "next": KEYS})
    assert not api_keys.current(alice), "what was kept is forgotten"


def test_an_account_without_password_and_second_factor_is_not_asked(client: Client) -> None:
    client.force_login(services.demo_user())
    assert "Copy the key now" in client.post(KEYS, NEW_KEY, follow=True).text


def test_a_first_password_asks_for_the_passkey_and_is_not_kept_meanwhile(
    browser: Client, alice: User
) -> None:
    confirmed(browser, alice)
    add_passkey(browser)
    User.objects.filter(pk=alice.pk).update(password="!")
    alice.refresh_from_db()
    browser.force_login(alice)
    for ask in (browser.get, browser.post):
        reply = ask("/settings/first-password", {"password1": "correct horse battery"})
        assert reply.headers["Location"] == "/sign-in-again?next=/settings/first-password"
    assert "correct horse" not in str(dict(browser.session))
    assert browser.get("/sign-in-again").headers["Location"].startswith("/sign-in-again/code")
    confirmed(browser, alice)
    assert browser.post("/settings/first-password", {"password1": "correct horse battery"}).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("correct horse battery")
