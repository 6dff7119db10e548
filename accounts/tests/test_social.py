"""Signing in with Google or GitHub, played on loopback."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from django.test import Client

from accounts.models import User
from accounts.services import vouch_for_email
from accounts.tests.acting import long_ago
from accounts.tests.authenticators import code_of
from accounts.tests.mails import delivered
from accounts.tests.providers import CLIENT, SECRET, Provider, serving
from accounts.tests.signing_in import add_app, add_passkey, confirmed, is_signed_in
from blogai.tests.ports import free_port

pytestmark = pytest.mark.django_db

GOOGLE, GITHUB = "/sign-in/google", "/sign-in/github"
SECURITY = "/settings/security"
PAGE = "/settings"


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    settings.SIGN_IN_PROVIDERS = {"google": (CLIENT, SECRET), "github": (CLIENT, SECRET)}
    with serving() as running:
        for adapter, paths in (
            (GoogleOAuth2Adapter, {"access_token_url": "/token"}),
            (
                GitHubOAuth2Adapter,
                {"access_token_url": "/token", "profile_url": "/user", "emails_url": "/user/emails"},
            ),
        ):
            for name, path in paths.items():
                monkeypatch.setattr(adapter, name, running.url + path)
        running.person = {"email": "new@example.com", "email_verified": True, "name": "Nova"}
        running.emails = [{"email": "new@example.com", "primary": True, "verified": True}]
        yield running


def begin(client: Client, path: str = GOOGLE, **query: str) -> str:
    """Press the button; the state with which the provider will send the person back."""
    reply = client.post(path, query_params=query)
    assert reply.status_code == 302, reply.text
    return parse_qs(urlsplit(reply.headers["Location"]).query)["state"][0]


def through(client: Client, path: str = GOOGLE, **query: str) -> Any:
    """The button, and back from the provider, where the person has agreed."""
    state = begin(client, path, **query)
    return client.get(f"{path}/back", {"state": state, "code": "c"})


def nothing_was_made(client: Client) -> bool:
    return not (User.objects.exists() or SocialAccount.objects.exists() or is_signed_in(client))


@pytest.mark.parametrize("path", [GOOGLE, GITHUB])
def test_it_works(client: Client, provider: Provider, path: str) -> None:
    assert f'action="{path}"' in client.get("/sign-in").text
    assert f'action="{path}"' in client.get("/sign-up").text
    assert through(client, path, next="/settings/theme").headers["Location"] == "/settings/theme"
    user = User.objects.get()
    assert (user.email, user.has_verified_email, user.has_usable_password()) == (
        "new@example.com",
        True,
        False,
    )
    assert client.session["_auth_user_id"] == str(user.pk)
    account = SocialAccount.objects.get()
    assert account.extra_data == {"email": "new@example.com"}, "nothing else of the person is kept"
    assert not delivered(), "there is nothing to confirm"
    client.post("/sign-out")
    assert through(client, path).headers["Location"] == "/new"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_topic_that_was_typed_before_is_the_first_posts(client: Client, provider: Provider) -> None:
    client.get("/start", {"topic": "How tides work"})
    there = through(client).headers["Location"]
    assert "How tides work</textarea>" in client.get(there, follow=True).text


def test_what_the_provider_is_asked(client: Client, provider: Provider) -> None:
    reply = client.post(GOOGLE)
    address = urlsplit(reply.headers["Location"])
    assert address.hostname == "accounts.google.com"
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert asked["redirect_uri"] == "http://testserver/sign-in/google/back"
    assert set(asked["scope"].split()) == {"email", "profile"}
    assert asked["code_challenge_method"] == "S256"
    client.get(f"{GOOGLE}/back", {"state": asked["state"], "code": "the code"})
    ((path, sent),) = provider.asked
    assert (path, sent["code"], sent["client_secret"]) == ("/token", "the code", SECRET)
    assert len(sent["code_verifier"]) >= 43


def test_a_link_from_elsewhere_only_shows_a_button(client: Client, provider: Provider) -> None:
    page = client.get(GOOGLE)
    assert (page.status_code, "Continue with Google" in page.text) == (200, True)
    assert Client(enforce_csrf_checks=True).post(GOOGLE).status_code == 403


def test_without_its_variables_there_is_nothing(client: Client, alice: User) -> None:
    for page in ("/sign-in", "/sign-up"):
        assert "Google" not in client.get(page).text
    for path in (GOOGLE, GITHUB):
        for reply in (client.get(path), client.post(path), client.get(f"{path}/back?state=x&code=c")):
            assert reply.status_code == 404
    client.force_login(alice)
    assert "Google" not in client.get(PAGE).text


def test_a_confirmed_account_with_the_address_is_linked(
    client: Client, provider: Provider, alice: User
) -> None:
    vouch_for_email(alice)
    provider.person["email"] = "Alice@Example.com"
    assert through(client).headers["Location"] == "/new"
    assert client.session["_auth_user_id"] == str(alice.pk)
    assert SocialAccount.objects.get().user == alice
    alice.refresh_from_db()
    assert alice.check_password("a password")
    (message,) = delivered()
    assert (message.to, message.subject) == ([alice.email], "You can now sign in with Google")


def test_its_second_factor_is_asked_for_all_the_same(client: Client, provider: Provider, alice: User) -> None:
    vouch_for_email(alice)
    owner = Client()
    owner.force_login(alice)
    confirmed(owner, alice)
    secret, _ = add_app(owner)
    provider.person["email"] = alice.email
    assert through(client).headers["Location"] == "/sign-in/code"
    assert not is_signed_in(client)
    client.post("/sign-in/code", {"code": code_of(secret, 1)})
    assert is_signed_in(client)


def test_an_account_that_was_never_confirmed_is_not_linked(
    client: Client, provider: Provider, alice: User
) -> None:
    """It may be somebody else's, who knows its password."""
    provider.person["email"] = alice.email
    assert through(client).headers["Location"] == "/confirm-email"
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    (message,) = delivered()
    assert (message.to, "already have an account" in message.body) == ([alice.email], True)


def test_who_only_wants_to_have_the_address_does_not_get_its_owner(
    client: Client, provider: Provider, mallory: User
) -> None:
    EmailAddress.objects.create(user=mallory, email="new@example.com")
    through(client)
    owner = User.objects.exclude(pk=mallory.pk).get()
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert owner.has_verified_email
    assert not EmailAddress.objects.filter(user=mallory).exists()


@pytest.mark.parametrize("path", [GOOGLE, GITHUB])
def test_an_address_that_the_provider_has_not_confirmed_counts_for_nothing(
    client: Client, provider: Provider, mallory: User, path: str
) -> None:
    vouch_for_email(mallory)
    for email in ("new@example.com", mallory.email):
        provider.person |= {"email": email, "email_verified": False}
        provider.emails = [{"email": email, "primary": True, "verified": False}]
        refused = through(client, path)
        assert refused.status_code == 422
        assert "no confirmed email address" in refused.text
    assert list(User.objects.all()) == [mallory]
    assert not is_signed_in(client)


def test_of_several_addresses_a_confirmed_one_is_taken(client: Client, provider: Provider) -> None:
    provider.person["email"] = None
    provider.emails = [
        {"email": "shown@example.com", "primary": True, "verified": False},
        {"email": "real@example.com", "primary": False, "verified": True},
    ]
    through(client, GITHUB)
    assert User.objects.get().email == "real@example.com"
    assert [(each.email, each.verified) for each in EmailAddress.objects.all()] == [
        ("real@example.com", True)
    ]


def test_an_address_for_one_use_is_refused_here_too(
    client: Client, provider: Provider, settings: Any
) -> None:
    settings.DISPOSABLE_EMAIL_DOMAINS = frozenset({"example.com"})
    assert "no confirmed email address we can use" in through(client).text
    assert nothing_was_made(client)


@pytest.mark.parametrize(
    "wrong", [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}, {"sub": ""}, {"sub": 5}]
)
def test_a_token_that_is_not_for_us_is_refused(
    client: Client, provider: Provider, wrong: dict[str, Any]
) -> None:
    provider.token = wrong
    refused = through(client)
    assert refused.status_code == 401
    assert "Nothing has changed" in refused.text
    assert nothing_was_made(client)


@pytest.mark.parametrize(
    "replies",
    [
        {"/token": b"<html>"},
        {"/token": b"{}"},
        {"/token": b'{"access_token": "a", "id_token": "x.y.z"}'},
        {"/token": b'{"access_token": "a"}', "/user": b"[]"},
    ],
)
@pytest.mark.parametrize("path", [GOOGLE, GITHUB])
def test_what_makes_no_sense_is_refused(
    client: Client, provider: Provider, path: str, replies: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GoogleOAuth2Adapter, "identity_url", f"{provider.url}/user")
    provider.replies = replies
    provider.emails = []
    provider.person = {}
    assert through(client, path).status_code in {401, 422}
    assert nothing_was_made(client)


def test_a_provider_that_is_away_is_said_to_be(
    client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GoogleOAuth2Adapter, "access_token_url", f"http://127.0.0.1:{free_port()}/token")
    refused = through(client)
    assert (refused.status_code, "couldn’t reach Google" in refused.text) == (401, True)
    assert nothing_was_made(client)


def test_a_state_is_good_once_and_in_its_own_browser(client: Client, provider: Provider) -> None:
    state = begin(client)
    for other in (Client(), client):
        for made_up in ("", "made-up"):
            assert other.get(f"{GOOGLE}/back", {"state": made_up, "code": "c"}).status_code == 401
    assert Client().get(f"{GOOGLE}/back", {"state": state, "code": "c"}).status_code == 401
    assert client.get(f"{GITHUB}/back", {"state": state, "code": "c"}).status_code == 401, (
        "another provider's"
    )
    assert client.get(f"{GOOGLE}/back", {"state": state, "code": "c"}).status_code == 302
    client.post("/sign-out")
    assert client.get(f"{GOOGLE}/back", {"state": state, "code": "c"}).status_code == 401
    assert not is_signed_in(client)


def test_who_cancels_is_told(client: Client, provider: Provider) -> None:
    state = begin(client)
    back = client.get(f"{GOOGLE}/back", {"state": state, "error": "access_denied"})
    assert "You canceled" in client.get(back.headers["Location"]).text
    assert nothing_was_made(client)


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "/\\evil.example", "\n//evil.example"]
)
def test_it_leads_to_no_other_site(client: Client, provider: Provider, address: str) -> None:
    assert through(client, next=address).headers["Location"] == "/new"


def test_the_session_gets_another_id(client: Client, provider: Provider) -> None:
    begin(client)
    before = client.cookies["sessionid"].value
    through(client)
    assert client.cookies["sessionid"].value != before


# Showing it once more -----------------------------------------------------------------------------

AGAIN = {"process": "redirect", "action": "reauthenticate"}


@pytest.fixture
def long_signed_in(client: Client, provider: Provider) -> Client:
    """A browser with an account that Google alone signs in, for which that was a while ago."""
    through(client)
    return long_ago(client)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/settings/api-keys", {"name": "CI", "permissions": "read", "days": "30"}),
        (f"{SECURITY}/app", {}),
        (f"{SECURITY}/passkeys/new", {}),
        ("/settings/email", {"email": "other@example.com", "action_add": ""}),
        ("/settings/export", {}),
        ("/settings/delete-account", {"email": "new@example.com"}),
    ],
)
def test_before_what_matters_one_signs_in_there_again(
    long_signed_in: Client, path: str, sent: dict[str, str]
) -> None:
    asked = long_signed_in.post(path, sent).headers["Location"]
    assert unquote(asked) == f"/sign-in-again/provider?next={path}"
    page = long_signed_in.get(asked).text
    assert 'action="/sign-in/google?process=redirect&amp;action=reauthenticate"' in page
    assert f'name="next" value="{path}"' in page and "GitHub" not in page
    done = through(long_signed_in, next=path, **AGAIN)
    assert done.status_code in {200, 302} and "sign-in" not in done.headers.get("Location", "")
    user = User.objects.filter(email="new@example.com")
    if path == "/settings/delete-account":
        assert not user.get().is_active
    else:
        assert is_signed_in(long_signed_in)
        again = long_signed_in.post(path, sent).headers.get("Location", path)
        assert not again.startswith("/sign-in-again"), "for five minutes"


def test_the_form_that_asked_is_sent(long_signed_in: Client) -> None:
    keys = "/settings/api-keys"
    long_signed_in.post(keys, {"name": "CI", "permissions": "read", "days": "30"})
    done = through(long_signed_in, next=keys, **AGAIN)
    assert "Copy the key now" in long_signed_in.get(done.headers["Location"]).text
    refused = long_ago(long_signed_in).post("/api/v1/api-keys", "{}", content_type="application/json")
    assert refused.json()["code"] == "reauthentication_required"
    assert "prompt=select_account" in long_signed_in.post(GOOGLE, query_params=AGAIN).headers["Location"]


def test_another_person_there_is_not_the_one(long_signed_in: Client, provider: Provider, bob: User) -> None:
    SocialAccount.objects.create(user=bob, provider="google", uid="bob")
    for uid in ("bob", "nobody"):
        provider.person |= {"sub": uid, "email": f"{uid}@example.com"}
        refused = through(long_signed_in, next="/settings/export", **AGAIN)
        assert unquote(refused.headers["Location"]) == "/sign-in-again/provider?next=/settings/export"
        page = long_signed_in.get(refused.headers["Location"]).text
        assert "That Google account doesn’t sign you in here." in page
        assert long_signed_in.post("/settings/export").headers["Location"].startswith("/sign-in-again")
    assert User.objects.filter(email="nobody@example.com").count() == 0


# From the settings -------------------------------------------------------------------------------


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_it_is_connected_and_disconnected(signed_in: Client, provider: Provider, alice: User) -> None:
    assert "Connect Google" in signed_in.get(PAGE).text
    asked = through(signed_in, process="connect")
    assert asked.headers["Location"] == "/sign-in-again"
    assert not SocialAccount.objects.exists()
    done = signed_in.post("/sign-in-again", {"password": "a password"})
    assert done.headers["Location"] == SECURITY
    account = SocialAccount.objects.get(user=alice)
    page = signed_in.get(PAGE).text
    assert "new@example.com signs you in" in page and "Connect Google" not in page
    assert (
        signed_in.post(f"{SECURITY}/accounts/{account.pk}/remove").headers["Location"] == f"{PAGE}#security"
    )
    assert not SocialAccount.objects.exists()
    assert [message.subject for message in delivered()] == [
        "You can now sign in with Google",
        "You can’t sign in with Google anymore",
    ]


def test_what_signs_in_to_another_account_stays_there(
    signed_in: Client, provider: Provider, alice: User, mallory: User
) -> None:
    SocialAccount.objects.create(user=mallory, provider="google", uid="110169484")
    confirmed(signed_in, alice)
    done = through(signed_in, process="connect")
    assert "signs in to another account here" in signed_in.get(done.headers["Location"], follow=True).text
    assert SocialAccount.objects.get().user == mallory


def test_a_strangers_is_none(signed_in: Client, provider: Provider, alice: User, mallory: User) -> None:
    theirs = SocialAccount.objects.create(user=mallory, provider="google", uid="1")
    confirmed(signed_in, alice)
    for number in (theirs.pk, 10**12):
        assert signed_in.post(f"{SECURITY}/accounts/{number}/remove").status_code == 404
    assert SocialAccount.objects.exists()


def test_the_last_way_in_stays(client: Client, provider: Provider) -> None:
    """Google's, then a passkey beside it, then one of the two."""
    through(client)
    user, account = User.objects.get(), SocialAccount.objects.get()
    refused = client.post(f"{SECURITY}/accounts/{account.pk}/remove", follow=True)
    assert "the only way you can sign in" in refused.text
    assert SocialAccount.objects.exists()
    add_passkey(client)
    confirmed(client, user)
    client.post(f"{SECURITY}/accounts/{account.pk}/remove")
    assert not SocialAccount.objects.exists()
    passkey = user.authenticator_set.get(type="webauthn")  # type: ignore[attr-defined] # allauth's
    refused = client.post(f"{SECURITY}/passkeys/{passkey.pk}/remove", follow=True)
    assert "the only way you can sign in" in refused.text
    assert user.authenticator_set.filter(pk=passkey.pk).exists()  # type: ignore[attr-defined]
    client.post("/settings/first-password", {"password1": "correct horse battery"})
    confirmed(client, user)
    client.post(f"{SECURITY}/passkeys/{passkey.pk}/remove")
    assert not user.authenticator_set.exists()  # type: ignore[attr-defined]


def test_a_provider_that_is_no_longer_set_up_is_no_way_in(
    client: Client, provider: Provider, settings: Any
) -> None:
    through(client)
    add_passkey(client)
    settings.SIGN_IN_PROVIDERS = {}
    passkey = User.objects.get().authenticator_set.get(type="webauthn")  # type: ignore[attr-defined]
    confirmed(client, User.objects.get())
    assert "the only way" in client.post(f"{SECURITY}/passkeys/{passkey.pk}/remove", follow=True).text
