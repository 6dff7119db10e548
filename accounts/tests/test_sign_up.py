"""Signing up, confirming the address, signing in and out, and a forgotten password."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db

GOOD = {"email": "new@example.com", "password1": "correct horse battery"}
PUBLIC_URL = "https://blog.example.org"


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_URL = PUBLIC_URL


def link_of(message: Any) -> str:
    """The path of the one link in a mail."""
    (link,) = re.findall(r"https?://\S+", message.body)
    assert link.startswith(PUBLIC_URL)
    return str(link.removeprefix(PUBLIC_URL))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_it_makes_an_account_signs_in_and_sends_a_link(client: Client) -> None:
    response = client.post("/sign-up", GOOD)
    assert (response.status_code, response.headers["Location"]) == (302, "/new")
    assert is_signed_in(client)
    assert User.objects.get().check_password(GOOD["password1"])
    assert [message.to for message in mail.outbox] == [["new@example.com"]]


def test_the_link_confirms_the_address(client: Client) -> None:
    client.post("/sign-up", GOOD)
    path = link_of(mail.outbox[0])
    assert "new@example.com" in client.get(path).text
    client.post(path)
    assert "not confirmed yet" not in client.get("/settings/email").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "nobody"}, "valid email"),
        ({"email": ""}, "required"),
        ({"email": "ALICE@example.com"}, "already"),
        ({"password1": "qwzjx"}, "too short"),
        ({"password1": "password123"}, "too common"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(
    client: Client, alice: User, change: dict[str, str], sentence: str
) -> None:
    typed = GOOD | change
    page = client.post("/sign-up", typed).text
    assert sentence in page
    assert f'value="{typed["email"]}"' in page or not typed["email"]
    assert typed["password1"] not in page
    assert list(User.objects.all()) == [alice]
    assert not is_signed_in(client)


def test_where_addresses_must_be_confirmed_nobody_gets_in_before(client: Client, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    assert client.post("/sign-up", GOOD).headers["Location"] == "/confirm-email"
    assert not is_signed_in(client)
    path = link_of(mail.outbox[0])
    assert client.post(path).headers["Location"] == "/new"
    assert is_signed_in(client)


def test_and_nobody_learns_who_has_an_account(client: Client, alice: User, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    assert client.post("/sign-up", GOOD | {"email": alice.email}).headers["Location"] == "/confirm-email"
    assert "already has an account" in mail.outbox[0].body
    assert list(User.objects.all()) == [alice]


@pytest.mark.parametrize(
    ("change", "works"),
    [
        ({}, True),
        ({"login": "ALICE@example.com"}, True),
        ({"password": "another password"}, False),
        ({"login": "nobody@example.com"}, False),
    ],
)
def test_signing_in(client: Client, alice: User, change: dict[str, str], works: bool) -> None:
    response = client.post("/sign-in", {"login": alice.email, "password": "a password"} | change)
    assert is_signed_in(client) == works
    assert response.status_code == (302 if works else 200)
    if not works:
        assert "no account with this email and password" in response.text


@pytest.mark.parametrize(
    ("next_page", "leads_to"), [("/settings/theme", "/settings/theme"), ("https://evil.example", "/new")]
)
def test_signing_in_goes_on_to_a_page_of_ours(
    client: Client, alice: User, next_page: str, leads_to: str
) -> None:
    assert next_page in client.get("/sign-in", {"next": next_page}).text
    sent = {"login": alice.email, "password": "a password", "next": next_page}
    assert client.post("/sign-in", sent).headers["Location"] == leads_to


def test_signing_out_needs_the_form(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "Sign out?" in client.get("/sign-out").text
    assert is_signed_in(client)
    assert client.post("/sign-out").headers["Location"] == "/"
    assert not is_signed_in(client)


def test_a_forgotten_password_is_replaced_with_a_link(client: Client, alice: User) -> None:
    client.post("/forgotten-password", {"email": alice.email})
    path = client.get(link_of(mail.outbox[0])).headers["Location"]
    assert "too short" in client.post(path, {"password1": "qwzjx"}).text
    assert client.post(path, {"password1": "correct horse battery"}).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("correct horse battery")
    assert "does not work any more" in client.get(link_of(mail.outbox[0])).text


def test_asking_for_a_stranger_looks_the_same(client: Client, alice: User) -> None:
    known = client.post("/forgotten-password", {"email": alice.email})
    unknown = client.post("/forgotten-password", {"email": "nobody@example.com"})
    assert known.headers["Location"] == unknown.headers["Location"] == "/forgotten-password/sent"


@pytest.mark.parametrize("path", ["/new-password/1/2", "/confirm-email/made-up"])
def test_a_broken_link_says_what_to_do(client: Client, path: str) -> None:
    assert "Ask for a fresh link" in client.get(path).text
