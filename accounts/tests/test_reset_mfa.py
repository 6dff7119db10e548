"""`manage.py reset_mfa`, for somebody who has lost their second factor."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.tests.mails import delivered
from accounts.tests.signing_in import add_app, add_passkey, confirmed, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


def reset(email: str) -> str:
    said = StringIO()
    call_command("reset_mfa", email=email, stdout=said)
    return said.getvalue()


def test_it_works(client: Client, alice: User, mallory: User, caplog: pytest.LogCaptureFixture) -> None:
    for person, browser in ((alice, client), (mallory, Client())):
        browser.force_login(person)
        confirmed(browser, person)
        add_app(browser)
    add_passkey(client)
    assert "Removed from alice@example.com: TOTP Authenticator, Recovery codes, My phone" in reset(
        "Alice@Example.com"
    )
    assert set(Authenticator.objects.values_list("user", flat=True)) == {mallory.pk}
    assert client.get("/settings").status_code == 302, "it is signed out"
    sign_in(client)
    assert is_signed_in(client)
    mails = [message.subject for message in delivered() if message.to == ["alice@example.com"]]
    assert {"Your authenticator app was removed", "A passkey was removed"} <= set(mails)
    (record,) = [each for each in caplog.records if each.name == "accounts.second_factor"]
    assert f"second factors of user {alice.pk} reset by " in record.message


def test_with_nothing_to_remove_it_says_so(alice: User) -> None:
    assert reset(alice.email) == "alice@example.com had no second factor.\n"


def test_an_unknown_account_is_an_error(db: None) -> None:
    with pytest.raises(CommandError, match=r"No account has the address nobody@example\.com"):
        reset("nobody@example.com")
