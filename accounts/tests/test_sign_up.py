"""Signing up, confirming the address, signing in and out, and a forgotten password."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.mails import delivered
from accounts.tests.signing_in import confirmed, is_signed_in

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


def test_it_makes_an_account_and_sends_a_link(client: Client) -> None:
    response = client.post("/sign-up", GOOD)
    assert (response.status_code, response.headers["Location"]) == (302, "/confirm-email")
    assert "Check your email" in client.get("/confirm-email").text
    assert not is_signed_in(client)
    assert User.objects.get().check_password(GOOD["password1"])
    assert [message.to for message in delivered()] == [["new@example.com"]]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"time_zone": "Europe/Berlin"}, "Europe/Berlin"),
        ({"time_zone": "Asia/Calcutta"}, "Asia/Kolkata"),  # as Chrome calls it
        ({"time_zone": "Mars/Olympus"}, "UTC"),
        ({"time_zone": "\x00" * 5_000}, "UTC"),
        ({}, "UTC"),  # without a script
    ],
)
def test_the_time_zone_is_that_of_the_browser(client: Client, sent: dict[str, str], kept: str) -> None:
    assert 'type="hidden" name="time_zone"' in client.get("/sign-up").text
    assert client.post("/sign-up", GOOD | sent).status_code == 302
    assert User.objects.get().time_zone == kept


def test_all_mistakes_are_told_at_once_and_have_the_focus(client: Client) -> None:
    fresh = client.get("/sign-up").text
    assert re.findall(r'name="(\w+)"[^>]* autofocus', fresh) == ["email"]
    assert "novalidate" in fresh, "a browser would tell one at a time"
    page = client.post("/sign-up", {"email": "nobody", "password1": "1234567"}).text
    for sentence in ("Enter a valid email address", "too short", "too common"):
        assert sentence in page
    assert re.findall(r"<\w+[^>]* autofocus", page) == [
        '<div class="notice notice-danger" role="alert" tabindex="-1" autofocus'
    ]
    for name in ("email", "password1"):
        assert f'href="#id_{name}"' in page
        assert re.search(rf'name="{name}"[^>]*aria-describedby="[^"]*id_{name}_error"', page)
    empty = client.post("/sign-in", {}).text
    assert "Enter your email." in empty and "Enter your password." in empty


def test_the_link_confirms_the_address_and_signs_in(client: Client) -> None:
    client.post("/sign-up", GOOD)
    (message,) = delivered()
    path = link_of(message)
    assert "new@example.com" in client.get(path).text
    assert client.post(path).headers["Location"] == "/new"
    assert is_signed_in(client)
    assert User.objects.get().has_verified_email
    assert "not confirmed yet" not in client.get("/settings/email").text


def test_on_another_device_it_confirms_and_lets_nobody_in(client: Client) -> None:
    client.post("/sign-up", GOOD)
    (message,) = delivered()
    phone = Client()
    assert phone.post(link_of(message)).headers["Location"] == "/sign-in"
    assert not is_signed_in(phone)
    assert User.objects.get().has_verified_email


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "nobody"}, "valid email"),
        ({"email": ""}, "Enter your email."),
        ({"password1": "qwzjx"}, "too short"),
        ({"password1": "password123"}, "too common"),
        ({"password1": "1234567890"}, "too common"),
        ({"password1": "Blog-AI 2026!"}, "too close to the name of this site"),
        ({"password1": "new@exampel.com"}, "too similar"),
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


@pytest.mark.parametrize("password", ["8302957146", "my blog, aimless in 1997"])
def test_any_characters_make_a_password(client: Client, password: str) -> None:
    assert client.post("/sign-up", GOOD | {"password1": password}).headers["Location"] == "/confirm-email"


def test_where_addresses_must_be_confirmed_nobody_gets_in_before(client: Client, settings: Any) -> None:
    settings.EMAIL_VERIFICATION = "mandatory"
    assert client.post("/sign-up", GOOD).headers["Location"] == "/confirm-email"
    assert "Sign in without confirming" not in client.get("/confirm-email").text
    delivered()
    typed = {"login": GOOD["email"], "password": GOOD["password1"]}
    assert client.post("/sign-in", typed).headers["Location"] == "/confirm-email"
    assert not is_signed_in(client)
    (message,) = delivered()
    assert client.post(link_of(message)).headers["Location"] == "/new"
    assert is_signed_in(client)


def test_where_they_need_not_signing_in_works_at_once(client: Client) -> None:
    client.post("/sign-up", GOOD)
    assert "Sign in without confirming" in client.get("/confirm-email").text
    typed = {"login": GOOD["email"], "password": GOOD["password1"]}
    assert client.post("/sign-in", typed).headers["Location"] == "/new"
    assert is_signed_in(client)


@pytest.mark.parametrize("verification", ["optional", "mandatory"])
@pytest.mark.parametrize("email", ["alice@example.com", "ALICE@Example.com"])
def test_nobody_learns_who_has_an_account(
    client: Client, alice: User, settings: Any, verification: str, email: str
) -> None:
    settings.EMAIL_VERIFICATION = verification
    stranger = Client()
    known, unknown = client.post("/sign-up", GOOD | {"email": email}), stranger.post("/sign-up", GOOD)
    assert known.headers["Location"] == unknown.headers["Location"] == "/confirm-email"
    pages = [each.get("/confirm-email").text for each in (client, stranger)]
    assert pages[0] == pages[1]
    assert client.session.keys() == stranger.session.keys()
    told, confirm = delivered()
    assert (told.to, confirm.to) == ([alice.email], [GOOD["email"]])
    assert "already have an account" in told.body
    assert link_of(told) == "/forgotten-password"
    assert [user.email for user in User.objects.order_by("date_joined")] == [alice.email, GOOD["email"]]
    alice.refresh_from_db()
    assert alice.check_password("a password")


def test_two_at_once_make_one_account(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has looked before the first was there; the database tells it."""
    monkeypatch.setattr("accounts.forms.is_taken", lambda email: False)
    assert client.post("/sign-up", GOOD | {"email": alice.email}).headers["Location"] == "/confirm-email"
    assert list(User.objects.all()) == [alice]
    assert ["already have an account" in message.body for message in delivered()] == [True]


def test_an_address_that_somebody_only_wants_to_have_is_free(client: Client, mallory: User) -> None:
    """Or she could keep its owner from signing up, and a second factor of hers for ever."""
    squatter = Client()
    squatter.force_login(mallory)
    confirmed(squatter, mallory)
    squatter.post("/settings/email", {"email": GOOD["email"], "action_add": ""})
    delivered()
    client.post("/sign-up", GOOD)
    (message,) = delivered()
    assert "confirm" in message.body
    client.post(link_of(message))
    assert User.objects.with_email(GOOD["email"]).has_verified_email  # type: ignore[union-attr]
    client.post("/sign-out")
    client.post("/forgotten-password", {"email": GOOD["email"]})
    (reset,) = delivered()
    assert link_of(reset).startswith(f"/new-password/{User.objects.exclude(pk=mallory.pk).get().pk.hex}/")


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
        assert "That email and password" in response.text


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
    (message,) = delivered()
    path = client.get(link_of(message)).headers["Location"]
    assert "too short" in client.post(path, {"password1": "qwzjx"}).text
    assert client.post(path, {"password1": "correct horse battery"}).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("correct horse battery")
    assert "work anymore" in client.get(link_of(message)).text


def test_asking_for_a_stranger_looks_the_same(client: Client, alice: User) -> None:
    known = client.post("/forgotten-password", {"email": alice.email})
    unknown = client.post("/forgotten-password", {"email": "nobody@example.com"})
    assert known.headers["Location"] == unknown.headers["Location"] == "/forgotten-password/sent"
    to_known, to_unknown = delivered()
    assert (to_known.to, to_unknown.to) == ([alice.email], ["nobody@example.com"])
    assert "no account uses this address" in to_unknown.body


def test_a_closed_account_gets_no_link_to_a_password(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    client.post("/forgotten-password", {"email": alice.email})
    (message,) = delivered()
    assert link_of(message) == "/sign-up"


@pytest.mark.parametrize("path", ["/new-password/1/2", "/confirm-email/made-up"])
def test_a_broken_link_says_what_to_do(client: Client, path: str) -> None:
    assert "Get a new link" in client.get(path).text
