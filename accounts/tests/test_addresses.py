"""Which addresses are accepted, and which are the same."""

from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import addresses
from accounts.models import User
from accounts.tests.mails import delivered
from accounts.tests.signing_in import PASSWORD, confirmed, is_signed_in

pytestmark = pytest.mark.django_db

GOOD = "correct horse battery"


@pytest.fixture
def _disposable(settings: Any) -> None:
    settings.DISPOSABLE_EMAIL_DOMAINS = frozenset({"trashmail.com"})


@pytest.mark.parametrize("email", ["ALICE@example.com", "alice@EXAMPLE.com", "Alice@Example.Com"])
def test_case_makes_no_other_account(client: Client, alice: User, email: str) -> None:
    client.post("/sign-up", {"email": email, "password1": GOOD})
    assert User.objects.count() == 1
    assert "already have an account" in delivered()[0].body
    client.post("/sign-in", {"login": email, "password": PASSWORD})
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "email", ["alıce@example.com", "аlice@example.com", "ａlice@example.com", "aliſe@x.org"]
)
def test_letters_that_look_alike_are_refused_before_the_at(client: Client, alice: User, email: str) -> None:
    page = client.post("/sign-up", {"email": email, "password1": GOOD}).text
    assert "plain letters before the @" in page or "valid email" in page
    client.post("/sign-in", {"login": email, "password": PASSWORD})
    assert not is_signed_in(client)
    client.post("/forgotten-password", {"email": email})
    assert not [message for message in delivered() if message.to == [alice.email]]
    assert User.objects.count() == 1


def test_a_kelvin_sign_is_no_way_to_another_account(client: Client) -> None:
    """Its small letter is a k, so that a careless comparison takes the two for the same."""
    owner = User.objects.create_user(email="kate@example.com", password=PASSWORD)
    client.post("/forgotten-password", {"email": "\N{KELVIN SIGN}ate@example.com"})
    assert {tuple(message.to) for message in delivered()} <= {(owner.email,)}
    client.post("/sign-up", {"email": "\N{KELVIN SIGN}ate@example.com", "password1": GOOD})
    assert list(User.objects.all()) == [owner]


def test_a_domain_of_other_letters_is_another_and_looks_it(client: Client, alice: User) -> None:
    client.post("/sign-up", {"email": "alice@exаmple.com", "password1": GOOD})
    other = User.objects.exclude(pk=alice.pk).get()
    assert other.email == "alice@xn--exmple-4nf.com"
    assert [message.to for message in delivered()] == [[other.email]]
    client.post("/sign-in", {"login": "alice@exаmple.com", "password": GOOD})
    assert client.session["_auth_user_id"] == str(other.pk)


@pytest.mark.usefixtures("_disposable")
@pytest.mark.parametrize("domain", ["trashmail.com", "TRASHMAIL.com", "mail.trashmail.com"])
def test_addresses_for_one_use_are_refused(client: Client, alice: User, domain: str) -> None:
    page = client.post("/sign-up", {"email": f"new@{domain}", "password1": GOOD}).text
    assert "accept addresses at" in page and "Use one that you’ll keep." in page
    assert User.objects.count() == 1
    client.force_login(alice)
    confirmed(client, alice)
    page = client.post("/settings/email", {"email": f"new@{domain}", "action_add": ""}).text
    assert "accept addresses at" in page
    assert not delivered()


@pytest.mark.usefixtures("_disposable")
@pytest.mark.parametrize("domain", ["nottrashmail.com", "trashmail.com.example.org", "trashmail.org"])
def test_others_are_not(client: Client, domain: str) -> None:
    assert client.post("/sign-up", {"email": f"new@{domain}", "password1": GOOD}).status_code == 302


@pytest.mark.usefixtures("_disposable")
def test_whoever_has_one_already_gets_a_new_password(client: Client) -> None:
    User.objects.create_user(email="old@trashmail.com")
    client.post("/forgotten-password", {"email": "old@trashmail.com"})
    assert "Choose it here" in delivered()[0].body


@pytest.mark.parametrize(
    "email", ["", "@", "a@", "@b", "a" * 65 + "@b.org", "a@" + "b" * 64 + ".org", "é@ü.de", "\0@b"]
)
def test_nothing_but_a_sentence_is_raised(email: str) -> None:
    assert isinstance(addresses.folded(email), str)
    with suppress(ValidationError):
        addresses.accepted(email)
