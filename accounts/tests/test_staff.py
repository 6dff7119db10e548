"""Staff without a second factor reach only the pages that set one up."""

from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from accounts.authentication import caller_from_scope
from accounts.models import User
from accounts.tests.signing_in import add_app, add_passkey, confirmed, is_signed_in, sign_in
from blogai.core.errors import SecondFactorRequired

pytestmark = pytest.mark.django_db

SECURITY = "/settings/security"


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def staff(alice: User) -> User:
    alice.is_staff = True
    alice.save()
    return alice


@pytest.fixture
def browser(client: Client, staff: User) -> Client:
    """Signed in with the password, as after the very first sign-in."""
    assert sign_in(client).headers["Location"] == "/new"
    assert is_signed_in(client)
    return client


@pytest.mark.parametrize(
    "path", ["/", "/new", "/posts", "/settings/api-keys", "/settings/profile", "/docs", "/x"]
)
def test_every_other_page_leads_to_the_set_up(browser: Client, path: str) -> None:
    assert browser.get(path, headers={"Accept": "text/html"}).headers["Location"] == SECURITY
    assert browser.post(path, headers={"Accept": "text/html"}).headers["Location"] == SECURITY


def test_programs_and_fragments_are_told_why(browser: Client) -> None:
    for path in ("/api/v1/posts", "/api-keys"):
        reply = browser.get(path)
        assert (reply.status_code, reply.json()["code"]) == (403, "second_factor_required")
    assert "need two-step sign-in" in browser.get("/new/estimate", headers={"HX-Request": "true"}).text


def test_a_key_sent_along_opens_no_page(browser: Client, staff: User, key_for: Any) -> None:
    reply = browser.get("/posts", headers={"X-API-Key": key_for(staff)})
    assert (reply.status_code, reply.json()["code"]) == (403, "second_factor_required")


@pytest.mark.parametrize("set_up", [add_app, add_passkey])
def test_with_a_second_factor_every_page_is_open(browser: Client, staff: User, set_up: Any) -> None:
    assert "Staff accounts need two-step sign-in" in browser.get("/settings").text
    confirmed(browser, staff)
    set_up(browser)
    assert browser.get("/posts").status_code == 200
    assert "Staff accounts need two-step sign-in" not in browser.get("/settings").text


def test_recovery_codes_alone_are_none(browser: Client, staff: User) -> None:
    RecoveryCodes.activate(staff)
    assert browser.get("/posts").headers["Location"] == SECURITY


def test_who_removes_it_is_shut_out_again(browser: Client, staff: User) -> None:
    confirmed(browser, staff)
    add_app(browser)
    browser.post(f"{SECURITY}/app/remove")
    assert browser.get("/posts").headers["Location"] == SECURITY


def test_who_becomes_staff_while_signed_in_is_asked_too(client: Client, bob: User) -> None:
    client.force_login(bob)
    assert client.get("/posts").status_code == 200
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert client.get("/posts").headers["Location"] == SECURITY


def test_they_can_always_sign_out_and_confirm_their_address(browser: Client) -> None:
    for path in ("/sign-out", "/sign-in-again", "/settings/email", "/offline", "/health/live"):
        assert browser.get(path).status_code == 200, path
    assert browser.post("/sign-out").headers["Location"] == "/"
    assert browser.get("/").status_code == 200


def test_customers_are_not_asked_and_it_costs_them_no_query(
    client: Client, bob: User, django_assert_num_queries: Any, settings: Any
) -> None:
    client.force_login(bob)
    client.get("/posts")
    for required in (False, True):
        settings.STAFF_SECOND_FACTOR = required
        with django_assert_num_queries(4):  # the session, the user, the posts, the meter
            assert client.get("/posts").status_code == 200


def test_in_development_staff_are_not_asked(browser: Client, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    assert browser.get("/posts").status_code == 200


@pytest.mark.usefixtures("one_connection")
def test_no_socket_opens_either(staff: User) -> None:
    scope = {"headers": [(b"host", b"testserver"), (b"origin", b"http://testserver")], "user": staff}
    with pytest.raises(SecondFactorRequired):
        async_to_sync(caller_from_scope)(scope)


@pytest.mark.django_db(transaction=True)
async def test_under_asgi_too(staff: User) -> None:
    client = AsyncClient()
    await client.aforce_login(staff)
    reply: Any = await client.get("/posts", headers={"Accept": "text/html"})
    assert reply.headers["Location"] == SECURITY
