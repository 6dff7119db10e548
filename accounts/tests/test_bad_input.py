"""Links and forms of an account used twice, too late, elsewhere, or by somebody else."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from accounts.second_factor import AppCodes
from accounts.tests.authenticators import HOST, code_of
from accounts.tests.mails import delivered
from accounts.tests.signing_in import (
    PASSWORD,
    add_app,
    add_passkey,
    challenge,
    confirmed,
    is_signed_in,
    options_on,
    sign_in,
)
from accounts.urls import urlpatterns
from blogai.tests.test_sessions import EVIL

pytestmark = pytest.mark.django_db

NEW = "correct horse battery"


@pytest.fixture
def owner(client: Client, alice: User) -> Client:
    """Alice's browser."""
    client.force_login(alice)
    confirmed(client, alice)
    return client


@pytest.fixture
def browser() -> Client:
    """Another one, where nobody is signed in."""
    return Client()


def link_of(message: EmailMessage) -> str:
    (path,) = re.findall(r"https?://[^/\s]+(/\S+)", str(message.body))
    return str(path)


def reset_link(email: str = "alice@example.com") -> str:
    Client().post("/forgotten-password", {"email": email})
    (message,) = delivered()
    return link_of(message)


def choose(client: Client, link: str, password: str = NEW) -> Any:
    """Follow the link of a mail and choose a password, as far as it goes."""
    page = client.get(link)
    return client.post(page.headers.get("Location", link), {"password1": password})


# A forgotten password -----------------------------------------------------------------------------


def test_a_reset_link_works_once(alice: User, browser: Client) -> None:
    link = reset_link()
    assert choose(browser, link).status_code == 302
    for again in (browser, Client()):
        assert "work anymore" in choose(again, link, "another long password").text
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_of_two_links_the_other_is_dead_too(alice: User, browser: Client) -> None:
    first, second = reset_link(), reset_link()
    choose(browser, second)
    assert "work anymore" in browser.get(first).text


def test_it_works_on_another_device_and_signs_nobody_in(alice: User, browser: Client) -> None:
    link = reset_link()
    assert choose(Client(), link).headers["Location"] == "/new-password/done"
    assert not is_signed_in(browser)


def test_where_somebody_else_is_signed_in_they_are_signed_out(
    alice: User, mallory: User, browser: Client
) -> None:
    browser.force_login(mallory)
    choose(browser, reset_link())
    assert not is_signed_in(browser)
    mallory.refresh_from_db()
    assert mallory.check_password(PASSWORD)


def test_after_the_address_was_changed_it_is_dead(owner: Client, alice: User) -> None:
    """It went to a mailbox that is no longer the account's."""
    link = reset_link()
    owner.post("/settings/email", {"email": "liddell@example.com", "action_add": ""})
    owner.post(link_of(delivered()[0]))
    alice.refresh_from_db()
    assert alice.email == "liddell@example.com"
    assert "work anymore" in Client().get(link).text
    delivered()
    assert "no account uses this address" in _mail_for("alice@example.com").body
    assert "Choose it here" in _mail_for("liddell@example.com").body


def test_another_key_for_another_user_is_nothing(alice: User, mallory: User, browser: Client) -> None:
    link = reset_link()
    swapped = link.replace(alice.pk.hex, mallory.pk.hex)
    assert swapped != link
    for made_up in (
        swapped,
        link[:-1],
        link + "x",
        "/new-password/x/y",
        f"/new-password/{alice.pk.hex}/set-password",
    ):
        assert "work anymore" in choose(browser, made_up).text
    mallory.refresh_from_db()
    assert mallory.check_password(PASSWORD)


def test_a_new_password_does_not_get_around_the_second_factor(owner: Client, browser: Client) -> None:
    secret, _ = add_app(owner)
    choose(browser, reset_link())
    reply = browser.post("/sign-in", {"login": "alice@example.com", "password": NEW})
    assert reply.headers["Location"] == "/sign-in/code"
    assert owner.get("/settings").status_code == 302, "every other session has ended"
    browser.post("/sign-in/code", {"code": code_of(secret, 1)})
    assert is_signed_in(browser)


# Addresses ----------------------------------------------------------------------------------------


def test_a_link_to_confirm_works_once_and_its_last_one_counts(owner: Client, alice: User) -> None:
    links = []
    for email in ("one@example.com", "two@example.com"):
        owner.post("/settings/email", {"email": email, "action_add": ""})
        links.append(link_of(delivered()[0]))
    first, second = links
    assert "work anymore" in owner.get(first).text
    owner.post(second)
    alice.refresh_from_db()
    assert alice.email == "two@example.com"
    assert "work anymore" in owner.get(second).text


def test_an_address_that_was_confirmed_elsewhere_meanwhile(owner: Client, alice: User, mallory: User) -> None:
    owner.post("/settings/email", {"email": "wanted@example.com", "action_add": ""})
    link = link_of(delivered()[0])
    other = Client()
    other.force_login(mallory)
    confirmed(other, mallory)
    other.post("/settings/email", {"email": "wanted@example.com", "action_add": ""})
    other.post(link_of(delivered()[0]))
    delivered()
    assert "already in use" in owner.get(link).text
    owner.post(link)
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_an_address_that_somebody_signed_up_with_and_never_confirmed(
    owner: Client, alice: User, mallory: User
) -> None:
    """It is taken, and that is said; nothing breaks."""
    owner.post("/settings/email", {"email": mallory.email, "action_add": ""})
    (message,) = delivered()
    page = owner.post(link_of(message), follow=True).text
    assert "mallory@example.com can’t be confirmed for this account" in page
    alice.refresh_from_db()
    assert (alice.email, alice.has_verified_email) == ("alice@example.com", False)


def test_an_account_is_never_left_without_its_address(owner: Client, alice: User) -> None:
    """Which is not confirmed yet, so that it looks like one that is only wanted."""
    owner.get("/settings/email")
    for sent in (
        {"email": "wanted@example.com", "action_add": ""},
        {"email": alice.email, "action_remove": ""},
        {"email": "wanted@example.com", "action_primary": ""},
        {"email": "another@example.com", "action_add": ""},
        {"email": "another@example.com", "action_remove": ""},
    ):
        owner.post("/settings/email", sent)
        alice.refresh_from_db()
        assert alice.email == "alice@example.com", sent
    assert "waiting for confirmation" not in owner.get("/settings/email").text


def test_with_a_second_factor_the_address_can_still_be_changed(owner: Client, alice: User) -> None:
    add_app(owner)
    delivered()
    owner.post("/settings/email", {"email": "liddell@example.com", "action_add": ""})
    owner.post(link_of(delivered()[0]))
    alice.refresh_from_db()
    assert (alice.email, alice.has_verified_email) == ("liddell@example.com", True)


# Codes --------------------------------------------------------------------------------------------


def test_a_code_that_two_requests_send_at_once_counts_once(owner: Client, alice: User) -> None:
    """Both have read the row before either has written it."""
    secret, _ = add_app(owner)
    one, other = (AppCodes(Authenticator.objects.get(type="totp")) for _ in range(2))
    code = code_of(secret)
    assert [one.validate_code(code), other.validate_code(code)] == [True, False]


def test_an_older_code_than_the_last_is_refused(owner: Client, browser: Client) -> None:
    secret, _ = add_app(owner)
    older, newer = code_of(secret), code_of(secret, 1)
    sign_in(browser)
    browser.post("/sign-in/code", {"code": newer})
    assert is_signed_in(browser)
    sign_in(late := Client())
    late.post("/sign-in/code", {"code": older})
    assert not is_signed_in(late)


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_code_of_another_minute_is_refused(owner: Client, browser: Client, steps: int) -> None:
    secret, _ = add_app(owner)
    sign_in(browser)
    browser.post("/sign-in/code", {"code": code_of(secret, steps)})
    assert not is_signed_in(browser)


def test_a_second_step_without_the_first_is_none(owner: Client, browser: Client) -> None:
    secret, _ = add_app(owner)
    assert browser.post("/sign-in/code", {"code": code_of(secret, 1)}).headers["Location"] == "/sign-in"
    assert not is_signed_in(browser)


def test_the_first_step_of_one_is_not_the_second_of_another(
    owner: Client, browser: Client, mallory: User
) -> None:
    add_app(owner)
    add_passkey(owner)
    hers = Client()
    hers.force_login(mallory)
    confirmed(hers, mallory)
    secret, _ = add_app(hers)
    passkey = add_passkey(hers)
    sign_in(browser)
    browser.post("/sign-in/code", {"code": code_of(secret, 1)})
    options = options_on(browser.get("/sign-in/code", headers=HOST).text)
    browser.post("/sign-in/code", {"credential": passkey.used(options)}, headers=HOST)
    assert not is_signed_in(browser)


def test_a_closed_account_is_not_signed_in_to_by_any_way(owner: Client, browser: Client, alice: User) -> None:
    passkey = add_passkey(owner)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    sent = {"credential": passkey.used(challenge(browser))}
    assert browser.post("/sign-in/passkey", sent, headers=HOST).headers["Location"] == "/closed-account"
    assert sign_in(browser).headers["Location"] == "/closed-account"
    assert not is_signed_in(browser)
    assert owner.get("/settings").status_code == 302


# Where forms lead ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*EVIL, "https://app.example.org/"])
def test_no_second_step_leads_to_another_site(
    owner: Client, browser: Client, address: str, settings: Any
) -> None:
    """Nor to an origin whose scripts may call the API."""
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "app.example.org"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example.org"]
    secret, _ = add_app(owner)
    passkey = add_passkey(owner)
    sign_in(browser, next=address)
    reply = browser.post("/sign-in/code", {"code": code_of(secret, 1), "next": address}, headers=HOST)
    assert reply.headers["Location"] == "/new"
    alone = Client()
    sent = {"credential": passkey.used(challenge(alone)), "next": address}
    assert alone.post("/sign-in/passkey", sent, headers=HOST).headers["Location"] == "/new"
    again = owner.post("/sign-in-again", {"password": PASSWORD, "next": address}, headers=HOST)
    assert again.headers["Location"] == "/new"


@pytest.mark.parametrize(
    "path",
    [
        *("/sign-in", "/sign-in/code", "/sign-in/passkey", "/sign-in-again", "/sign-in-again/code"),
        *("/sign-in-again/passkey", "/sign-up", "/forgotten-password", "/settings/security/app"),
        *("/settings/security/app/remove", "/settings/security/passkeys/new"),
        *("/settings/security/recovery-codes/new", "/settings/sessions/end-others", "/settings/email"),
    ],
)
def test_a_form_without_its_token_does_nothing(alice: User, path: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    client.force_login(alice)
    confirmed(client, alice)
    assert client.post(path, {"email": "liddell@example.com", "action_add": ""}).status_code == 403
    assert not delivered()
    assert not Authenticator.objects.exists()


def test_no_other_form_of_an_account_goes_without_one() -> None:
    exempt = {each.name for each in urlpatterns if getattr(each.callback, "csrf_exempt", False)}
    assert exempt == {"api-keys-root", "api-keys", "api-key", "api-key-rotate"}, "which look at it themselves"


def test_an_id_that_was_chosen_before_is_not_the_sessions_with_a_passkey(
    owner: Client, browser: Client
) -> None:
    passkey = add_passkey(owner)
    asked = challenge(browser)
    before = browser.cookies["sessionid"].value
    browser.post("/sign-in/passkey", {"credential": passkey.used(asked)}, headers=HOST)
    assert is_signed_in(browser)
    assert browser.cookies["sessionid"].value != before
    planted = Client()
    planted.cookies["sessionid"] = before
    assert not is_signed_in(planted)


def _mail_for(email: str) -> EmailMessage:
    Client().post("/forgotten-password", {"email": email})
    (message,) = delivered()
    return message
