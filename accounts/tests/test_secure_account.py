"""The link in a mail about something serious: whoever it was loses everything that they got in by."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import signing
from django.db import connection, transaction
from django.test import Client

from accounts import api_keys, securing
from accounts.models import User
from accounts.origins import Origin
from accounts.security_events import Kind, record
from accounts.services import vouch_for_email
from accounts.tests.acting import PASSWORD, kinds_of, link_in, mailed, sign_in
from accounts.tests.signing_in import add_app, add_passkey
from accounts.tests.test_security_events import change_email
from blogai.core.errors import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(alice: User) -> str:
    """In the mail about a new key."""
    record(alice, Kind.KEY_MADE, name="not mine")
    return link_in(mailed()[0], "secure-account")


def is_signed_in(browser: Client) -> bool:
    return browser.get("/settings").status_code == 200


def test_it_works_without_signing_in(alice: User, link: str, key_for: Callable[..., str]) -> None:
    thief, raw = sign_in(alice), key_for(alice)
    page = Client().get(link)
    assert "not mine" in page.text
    done = Client().post(link)
    assert "1 API key is revoked" in done.text
    assert not is_signed_in(thief)
    assert Client().get("/api/v1/posts", headers={"X-API-Key": raw}).status_code == 401
    assert not is_signed_in(sign_in(alice)), "the password is void"
    (message,) = mailed()
    assert message.to == [alice.email]
    form = Client()
    path = form.get(link_in(message, "new-password")).headers["Location"]
    assert form.post(path, {"password1": "correct horse battery"}).status_code == 302
    assert is_signed_in(sign_in(alice, password="correct horse battery"))


def test_a_program_that_follows_links_does_nothing(alice: User, link: str) -> None:
    browser = sign_in(alice)
    for ask in (Client().get, Client().head, Client().options):
        ask(link)
    assert is_signed_in(browser)
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403
    assert is_signed_in(browser)
    assert Kind.ACCOUNT_SECURED not in kinds_of(alice)


def test_it_works_once(alice: User, link: str) -> None:
    assert Client().post(link).status_code == 200
    for again in (Client().post(link), Client().get(link)):
        assert again.status_code == 404
        assert "no longer works" in again.text
    assert kinds_of(alice).count(Kind.ACCOUNT_SECURED) == 1
    assert len(mailed()) == 1


def test_an_old_one_is_refused(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(securing, "LINK_LIFETIME", timedelta(seconds=-1))
    assert Client().post(link).status_code == 404


@pytest.mark.parametrize("forge", [lambda event: "made-up", lambda event: signing.dumps(str(event.pk))])
def test_a_forged_one_is_refused(alice: User, forge: Callable[[Any], str]) -> None:
    event = record(alice, Kind.KEY_MADE)
    assert Client().post(f"/secure-account/{forge(event)}").status_code == 404
    assert kinds_of(alice) == ["key_made"]


def test_one_about_an_account_that_is_gone_is_refused(alice: User, link: str) -> None:
    alice.delete()
    assert Client().post(link).status_code == 404


def test_a_changed_address_is_told_to_the_old_one_which_gets_the_account_back(alice: User) -> None:
    change_email(sign_in(alice))
    (message,) = mailed()
    assert message.to == ["alice@example.com"]
    assert "New address: liddell@example.com" in message.body
    Client().post(link_in(message, "secure-account"))
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("alice@example.com", True, True)
    ]
    assert mailed()[0].to == ["alice@example.com"]


def test_an_address_that_is_somebody_elses_by_now_is_not_taken_back(alice: User) -> None:
    browser = sign_in(alice)
    change_email(browser)
    link = link_in(mailed()[0], "secure-account")
    User.objects.create_user(email="ALICE@example.com")
    assert Client(headers={"Accept": "text/html"}).post(link).status_code == 409
    assert is_signed_in(browser)
    assert mailed() == []


@pytest.fixture
def as_if_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the end of a transaction is done at once: the test's own is rolled back."""
    monkeypatch.setattr(transaction, "on_commit", lambda then, **_: then())


@pytest.mark.usefixtures("as_if_committed")
def test_what_a_thief_added_to_come_back_by_is_undone(alice: User) -> None:
    """And nothing else: an owner's own passkey stays."""
    vouch_for_email(alice)
    owner, thief = sign_in(alice), sign_in(alice)
    add_passkey(owner)
    add_app(thief)
    link = next(
        link_in(message, "secure-account")
        for message in mailed()
        if message.subject == "An authenticator app was set up"
    )
    Client().post(link)
    assert [each.type for each in Authenticator.objects.order_by("pk")] == ["webauthn", "recovery_codes"]


@pytest.mark.usefixtures("as_if_committed")
def test_with_the_last_factor_go_its_recovery_codes(alice: User) -> None:
    vouch_for_email(alice)
    add_app(sign_in(alice))
    Client().post(link_in(mailed()[0], "secure-account"))
    assert not Authenticator.objects.exists()


def test_an_account_that_a_thief_linked_signs_in_no_more(alice: User) -> None:
    mine = SocialAccount.objects.create(user=alice, provider="github", uid="7")
    theirs = SocialAccount.objects.create(user=alice, provider="google", uid="8")
    event = record(alice, Kind.LOGIN_LINKED, provider="Google", added=str(theirs.pk))
    (message,) = mailed()
    assert message.subject == "You can now sign in with Google"
    Client().post(f"/secure-account/{securing.token_for(event)}")
    assert SocialAccount.objects.get() == mine


def test_who_has_no_password_is_signed_out_too(alice: User, link: str) -> None:
    User.objects.filter(pk=alice.pk).update(password="!of-somebody-who-signs-in-elsewhere")
    browser = Client()
    browser.force_login(User.objects.get())
    Client().post(link)
    assert not is_signed_in(browser)


@pytest.mark.django_db(transaction=True)
def test_twice_at_once_is_once(alice: User) -> None:
    api_keys.issue(alice, "", ["read"])
    token = securing.token_for(record(alice, Kind.NEW_DEVICE))

    def secure(_: int) -> int:
        try:
            return securing.secure(token, Origin()).keys
        except NotFound:
            return -1
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(secure, range(3))) == [-1, -1, 1]
    assert kinds_of(alice) == ["new_device", "account_secured"]
    assert not User.objects.get().check_password(PASSWORD)
