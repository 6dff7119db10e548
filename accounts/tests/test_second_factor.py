"""Signing in with a second step: codes of an app, recovery codes and passkeys, and setting them up."""

import re
import urllib.parse
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client

from accounts.models import User
from accounts.tests.authenticators import HOST, Passkey, code_of
from accounts.tests.mails import delivered
from accounts.tests.signing_in import (
    add_app,
    add_passkey,
    challenge,
    codes_on,
    confirmed,
    is_signed_in,
    options_on,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_lazy_fetches")]


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    confirmed(client, alice)
    return client


@pytest.fixture
def browser() -> Client:
    """Another one, where nobody is signed in."""
    return Client()


@pytest.fixture
def as_if_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the end of a transaction is done at once: the test's own is rolled back."""
    monkeypatch.setattr(transaction, "on_commit", lambda then, **_: then())


def second_step(client: Client, **sent: str) -> Any:
    return client.post("/sign-in/code", sent, headers=HOST)


@pytest.mark.usefixtures("as_if_committed")
def test_it_works(signed_in: Client, browser: Client) -> None:
    secret, _ = add_app(signed_in)
    assert sign_in(browser, next="/settings/theme").headers["Location"] == "/sign-in/code"
    assert not is_signed_in(browser)
    assert browser.get("/settings").status_code == 302
    assert second_step(browser, code=code_of(secret, 1)).headers["Location"] == "/settings/theme"
    assert is_signed_in(browser)
    assert [message.subject for message in delivered()] == ["An authenticator app was set up"]


def test_a_code_works_once_even_in_two_browsers(signed_in: Client, browser: Client) -> None:
    secret, _ = add_app(signed_in)
    code = code_of(secret)
    other = Client()
    for client, works in ((browser, True), (other, False)):
        sign_in(client)
        second_step(client, code=code)
        assert is_signed_in(client) == works
    assert "already used" in second_step(other, code=code).text
    second_step(other, code=code_of(secret, 1))
    assert is_signed_in(other)


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "１２３４５６", "\0", "1" * 10_000])
def test_a_wrong_code_is_refused_in_words(signed_in: Client, browser: Client, code: str) -> None:
    secret, _ = add_app(signed_in)
    sign_in(browser)
    if code == code_of(secret):  # one time in a million
        code = "000001"
    reply = second_step(browser, code=code)
    assert reply.status_code in {200, 400}
    assert "Not signed in" in reply.text or reply.status_code == 400
    assert not is_signed_in(browser)


def test_a_code_of_somebody_else_is_wrong(signed_in: Client, browser: Client, mallory: User) -> None:
    add_app(signed_in)
    client = Client()
    client.force_login(mallory)
    confirmed(client, mallory)
    theirs, _ = add_app(client)
    sign_in(browser)
    second_step(browser, code=code_of(theirs))
    assert not is_signed_in(browser)


def test_the_secret_is_shown_as_a_picture_and_a_key_and_stored_encrypted(signed_in: Client) -> None:
    page = signed_in.get("/settings/security/app").text
    assert re.search(r'<div class="qr"[^>]*><svg ', page)
    assert "style=" not in page
    (address,) = re.findall(r'href="(otpauth://[^"]+)"', page)
    assert urllib.parse.unquote(address).startswith("otpauth://totp/alice@example.com?secret=")
    assert "issuer=Blog%20AI" in address
    secret, codes = add_app(signed_in)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not [code for code in codes if code in stored]


def test_a_mistyped_first_code_keeps_the_key(signed_in: Client) -> None:
    first = signed_in.get("/settings/security/app").text
    (secret,) = re.findall(r'class="secret" tabindex="0">(\w+)<', first)
    again = signed_in.post("/settings/security/app", {"code": "000"})
    assert "Not set up yet" in again.text
    assert secret in again.text
    assert not Authenticator.objects.exists()
    assert signed_in.post("/settings/security/app", {"code": code_of(secret)}).status_code == 302


def test_recovery_codes_are_shown_once_and_can_be_downloaded(signed_in: Client) -> None:
    page_of_app = signed_in.get("/settings/security/app").text
    (secret,) = re.findall(r'class="secret" tabindex="0">(\w+)<', page_of_app)
    reply = signed_in.post("/settings/security/app", {"code": code_of(secret)})
    assert reply.headers["Location"] == "/settings/security/recovery-codes"
    page = signed_in.get("/settings/security/recovery-codes")
    codes = codes_on(page.text)
    assert len(set(codes)) == 10
    assert page.headers["Cache-Control"] == "no-store"
    (download,) = re.findall(r'download="[^"]+" href="data:text/plain;charset=utf-8,([^"]+)"', page.text)
    saved = urllib.parse.unquote(download)
    assert "alice@example.com" in saved
    assert [line.replace(" ", "") for line in saved.split("\n")[2:-1]] == codes
    again = signed_in.get("/settings/security/recovery-codes").text
    assert codes_on(again) == []
    assert "10 of 10 codes left" in again


def test_a_recovery_code_works_once(signed_in: Client, browser: Client) -> None:
    _, codes = add_app(signed_in)
    for number, works in ((0, True), (0, False), (1, True)):
        client = Client()
        sign_in(client)
        second_step(client, code=f"{codes[number][:5]} {codes[number][5:]}")
        assert is_signed_in(client) == works
    assert "8 left" in signed_in.get("/settings").text


@pytest.mark.usefixtures("as_if_committed")
def test_new_recovery_codes_end_the_old_ones(signed_in: Client, browser: Client) -> None:
    _, old = add_app(signed_in)
    asked = signed_in.get("/settings/security/recovery-codes/new").text
    assert "Your 10 remaining codes will stop working" in asked
    reply = signed_in.post("/settings/security/recovery-codes/new")
    new = codes_on(signed_in.get(reply.headers["Location"]).text)
    assert len(new) == 10 and not set(new) & set(old)
    sign_in(browser)
    second_step(browser, code=old[0])
    assert not is_signed_in(browser)
    second_step(browser, code=new[0])
    assert is_signed_in(browser)
    assert delivered()[-1].subject == "New recovery codes were made"


def test_without_a_second_factor_there_are_no_recovery_codes(signed_in: Client) -> None:
    assert "Set up an authenticator app" in signed_in.post("/settings/security/recovery-codes/new").text
    assert not Authenticator.objects.exists()


def test_removing_the_app_removes_the_codes_too(signed_in: Client, browser: Client) -> None:
    add_app(signed_in)
    assert "Remove your authenticator app?" in signed_in.get("/settings/security/app/remove").text
    assert Authenticator.objects.count() == 2
    assert signed_in.post("/settings/security/app/remove").headers["Location"] == "/settings/security"
    assert not Authenticator.objects.exists()
    sign_in(browser)
    assert is_signed_in(browser)


def test_a_passkey_is_the_second_step(signed_in: Client, browser: Client) -> None:
    passkey = add_passkey(signed_in)
    sign_in(browser)
    options = options_on(browser.get("/sign-in/code", headers=HOST).text)
    assert second_step(browser, credential=passkey.used(options)).headers["Location"] == "/new"
    assert is_signed_in(browser)


def test_a_passkey_is_enough_alone(signed_in: Client, browser: Client, alice: User) -> None:
    passkey = add_passkey(signed_in)
    sent = {"credential": passkey.used(challenge(browser)), "next": "/settings/theme"}
    reply = browser.post("/sign-in/passkey", sent, headers=HOST)
    assert reply.headers["Location"] == "/settings/theme"
    assert browser.session["_auth_user_id"] == str(alice.pk)


def test_alone_it_must_have_asked_for_a_pin_or_a_finger(signed_in: Client, browser: Client) -> None:
    passkey = add_passkey(signed_in)
    sent = {"credential": passkey.used(challenge(browser), verified=False)}
    reply = browser.post("/sign-in/passkey", sent, headers=HOST)
    assert reply.headers["Location"] == "/sign-in"
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "site",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost.evil.example:8000"},
        {"rp_id": "evil.example"},
        {"rp_id": "evil.example", "origin": "https://evil.example"},
    ],
)
def test_what_another_site_got_from_a_passkey_is_worth_nothing(
    signed_in: Client, browser: Client, site: dict[str, str]
) -> None:
    passkey = add_passkey(signed_in)
    passkey.__dict__.update(site)
    reply = browser.post("/sign-in/passkey", {"credential": passkey.used(challenge(browser))}, headers=HOST)
    assert reply.headers["Location"] == "/sign-in"
    assert "work here. Try again" in browser.get("/sign-in", headers=HOST).text
    assert not is_signed_in(browser)


def test_the_id_of_a_passkey_without_its_key_is_worth_nothing(signed_in: Client, browser: Client) -> None:
    passkey = add_passkey(signed_in)
    passkey.key = Passkey().key
    browser.post("/sign-in/passkey", {"credential": passkey.used(challenge(browser))}, headers=HOST)
    assert not is_signed_in(browser)


@pytest.mark.parametrize("site", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}])
def test_a_passkey_for_another_site_is_not_added(signed_in: Client, site: dict[str, str]) -> None:
    page = signed_in.get("/settings/security/passkeys/new", headers=HOST).text
    assert re.search(r'name="passwordless"[^>]* checked', page), "it signs in alone unless that is turned off"
    options = options_on(page)
    sent = {"credential": Passkey(**site).created(options)}
    assert "Not added yet" in signed_in.post("/settings/security/passkeys/new", sent, headers=HOST).text
    assert not Authenticator.objects.exists()


def test_a_reply_to_another_challenge_is_refused(signed_in: Client, browser: Client) -> None:
    """A recorded reply, or one that was made for another browser."""
    passkey = add_passkey(signed_in)
    recorded = passkey.used(challenge(browser))
    assert browser.post("/sign-in/passkey", {"credential": recorded}, headers=HOST).status_code == 302
    assert is_signed_in(browser)
    other = Client()
    other.post("/sign-in/passkey", {"credential": recorded}, headers=HOST)
    challenge(other)
    other.post("/sign-in/passkey", {"credential": recorded}, headers=HOST)
    assert not is_signed_in(other)


NONSENSE = [
    *("", "null", "[]", "1", '"x"', "{", "{}", '{"id": 1}', '{"response": null}', '{"response": []}'),
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "eA", '
    '"attestationObject": "eA", "authenticatorData": "eA", "signature": "eA", "userHandle": "eA"}}',
    '{"id": "é", "rawId": "é", "type": "other", "response": {"clientDataJSON": "é", '
    '"attestationObject": 1, "authenticatorData": [], "signature": {}, "userHandle": 5}}',
]


@pytest.mark.parametrize("sent", NONSENSE)
def test_nonsense_in_place_of_a_passkey_is_refused(signed_in: Client, browser: Client, sent: str) -> None:
    add_passkey(signed_in)
    signed_in.get("/settings/security/passkeys/new", headers=HOST)
    added = signed_in.post("/settings/security/passkeys/new", {"credential": sent}, headers=HOST)
    assert (added.status_code, "Not added yet" in added.text) == (200, True)
    challenge(browser)
    alone = browser.post("/sign-in/passkey", {"credential": sent}, headers=HOST)
    assert alone.headers["Location"] == "/sign-in"
    sign_in(browser)
    browser.get("/sign-in/code", headers=HOST)
    assert second_step(browser, credential=sent).status_code == 200
    again = signed_in.post("/sign-in-again/passkey", {"credential": sent, "next": "/posts"}, headers=HOST)
    assert again.headers["Location"] == "/sign-in-again/passkey?next=%2Fposts"
    assert not is_signed_in(browser)


def test_passkeys_are_named_renamed_and_removed(signed_in: Client, browser: Client) -> None:
    add_passkey(signed_in)
    passkey = Authenticator.objects.get(type="webauthn")
    assert "My phone" in signed_in.get("/settings").text
    address = f"/settings/security/passkeys/{passkey.pk}"
    assert "Not renamed" in signed_in.post(address, {"name": ""}).text
    assert "Not renamed" in signed_in.post(address, {"name": "x" * 101}).text
    assert signed_in.post(address, {"name": "<b>Old</b> phone"}).headers["Location"] == "/settings/security"
    assert "&lt;b&gt;Old&lt;/b&gt; phone" in signed_in.get("/settings").text
    assert signed_in.post(f"{address}/remove").headers["Location"] == "/settings/security"
    assert not Authenticator.objects.exists()


def test_a_strangers_passkey_is_no_passkey(signed_in: Client, mallory: User) -> None:
    add_passkey(signed_in)
    passkey = Authenticator.objects.get(type="webauthn")
    stranger = Client()
    stranger.force_login(mallory)
    confirmed(stranger, mallory)
    for path in ("", "/remove"):
        for number in (passkey.pk, 10**30):
            assert stranger.post(f"/settings/security/passkeys/{number}{path}").status_code == 404
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_an_address_that_is_not_confirmed_gets_no_second_factor(signed_in: Client, settings: Any) -> None:
    """Its owner could never get it back."""
    settings.EMAIL_VERIFICATION = "mandatory"
    for path in ("app", "passkeys/new"):
        assert signed_in.get(f"/settings/security/{path}").headers["Location"] == "/settings#security"
    assert "Confirm your email before" in signed_in.get("/settings").text


def test_whoever_changed_their_mind_signs_in_as_somebody_else(signed_in: Client, browser: Client) -> None:
    add_app(signed_in)
    sign_in(browser)
    assert browser.get("/sign-in").headers["Location"] == "/sign-in/code"
    assert browser.post("/sign-out", {"next": "/sign-in"}).headers["Location"] == "/sign-in"
    assert browser.get("/sign-in").status_code == 200
    assert browser.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_the_session_gets_another_id_with_the_second_step(signed_in: Client, browser: Client) -> None:
    secret, _ = add_app(signed_in)
    sign_in(browser)
    before = browser.cookies["sessionid"].value
    second_step(browser, code=code_of(secret, 1))
    assert is_signed_in(browser)
    assert browser.cookies["sessionid"].value != before
    planted = Client()
    planted.cookies["sessionid"] = before
    assert not is_signed_in(planted)
