"""SECRET_KEY and API_KEY_PEPPER can be replaced without anybody noticing: docs/rotation.md, step by step."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import api_keys, new_keys, second_factor, securing, sessions, webhook_secrets
from accounts.models import ApiKey, User
from accounts.security_events import Kind, record
from accounts.tests.signing_in import PASSWORD, add_app, confirmed, is_signed_in, sign_in
from blogai.core.errors import NotAuthenticated

pytestmark = pytest.mark.django_db

OLD, NEW = "the old secret, of more than 32 characters", "the new secret, of more than 32 characters"


@pytest.fixture
def peppers(settings: Any) -> Callable[..., None]:
    def use(current: str, *previous: str, coming: str = "") -> None:
        settings.API_KEY_PEPPER, settings.API_KEY_PEPPER_PREVIOUS = current, list(previous)
        settings.API_KEY_PEPPER_NEXT = coming

    return use


def rotate() -> str:
    said = StringIO()
    call_command("rotate_pepper", stdout=said)
    return said.getvalue()


def digest_of(raw: str) -> str:
    return ApiKey.objects.get(last_four=raw[-4:]).digest


def codes(user: User) -> list[str]:
    (recovery,) = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES)
    found: list[str] = recovery.wrap().get_unused_codes()
    return found


def test_a_new_pepper_breaks_nothing(
    client: Client, alice: User, bob: User, key_for: Callable[..., str], peppers: Callable[..., None]
) -> None:
    peppers(OLD)
    used, idle = key_for(alice), key_for(bob)
    client.force_login(alice)
    confirmed(client, alice)
    _, recovery = add_app(client)
    secrets = [webhook_secrets.current(person) for person in (alice, bob)]

    peppers(OLD, coming=NEW)
    before = digest_of(used)
    assert api_keys.caller_for(used).user == alice
    assert digest_of(used) == before, "the processes of before would not know it any more"

    peppers(NEW, OLD)
    assert api_keys.caller_for(used).user == alice
    assert digest_of(used) != before
    peppers(OLD, coming=NEW)
    assert api_keys.caller_for(used).user == alice, "on a process that has not been replaced yet"

    peppers(NEW, OLD)
    assert codes(alice) == recovery
    said = rotate()
    assert "Changed: 2 second factors, 2 webhook secrets." in said
    assert "1 working API keys still need the previous pepper" in said
    assert f"of user {bob.pk}: never used" in said
    carol = User.objects.create_user(email="carol@example.com", password=PASSWORD)
    seen = webhook_secrets.reveal(carol)
    assert "Changed: 0 second factors, 0 webhook secrets." in rotate()
    renewed = webhook_secrets.renew(carol)
    assert renewed != seen

    peppers(NEW)
    for person in (alice, bob, carol):
        person.refresh_from_db()
    assert [webhook_secrets.current(person) for person in (alice, bob)] == secrets
    assert webhook_secrets.current(carol) == renewed
    assert second_factor.authenticator_with(alice, recovery[0])
    assert api_keys.caller_for(used).user == alice
    with pytest.raises(NotAuthenticated, match="We don’t know"):
        api_keys.caller_for(idle)


def test_a_pepper_that_is_not_set_is_told(client: Client, alice: User, peppers: Callable[..., None]) -> None:
    peppers(OLD)
    client.force_login(alice)
    confirmed(client, alice)
    add_app(client)
    with pytest.raises(CommandError, match="API_KEY_PEPPER_PREVIOUS to the old one first"):
        rotate()
    peppers(NEW, "another one, of more than 32 characters")
    with pytest.raises(CommandError, match="encrypted with a pepper that isn't set"):
        rotate()


def test_a_new_secret_key_signs_nobody_out(client: Client, alice: User, settings: Any) -> None:
    settings.SECRET_KEY = OLD
    sign_in(client)
    link = securing.token_for(record(alice, Kind.KEY_MADE))
    session = client.session.session_key
    assert session
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert sessions.signed_in([session], {alice.pk: alice}) == {session: alice.pk}
    assert client.get("/settings").status_code == 200
    assert securing.event_of(link)
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/settings").status_code == 200, "the session has moved by then"
    assert is_signed_in(client)


def test_a_key_that_waits_to_be_shown_is_shown_by_the_new_pepper(
    client: Client, peppers: Callable[..., None]
) -> None:
    peppers(OLD)
    session = client.session
    new_keys.keep(session, "a key")
    peppers(NEW, OLD)
    assert new_keys.take(session) == "a key"
