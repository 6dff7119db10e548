"""Sessions of a browser: whose they are, which forms they may send, and where a sign-in leads."""

from typing import Any

import pytest
from django.test import Client

from accounts import services
from accounts.models import Session, User

pytestmark = pytest.mark.django_db

PASSWORD = "a password"
EVIL = [
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example/new",
    "http://testserver@evil.example",
    "http://testserver.evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "\r\n//evil.example",
]


def sign_in(client: Client, **more: str) -> Any:
    return client.post("/sign-in", {"login": "alice@example.com", "password": PASSWORD, **more})


def test_an_id_that_was_chosen_before_signing_in_is_not_the_sessions(alice: User) -> None:
    """Whoever gave a victim a cookie would otherwise be signed in with them."""
    planted = Client()
    planted.session.save()
    known = planted.cookies["sessionid"].value
    for chosen in (known, "a" * 32):
        victim = Client()
        victim.cookies["sessionid"] = chosen
        assert sign_in(victim).status_code == 302
        assert victim.cookies["sessionid"].value != chosen
    assert "_auth_user_id" not in planted.session
    assert not Session.objects.filter(session_key="a" * 32).exists()


def test_signing_out_ends_the_session_everywhere_it_was_copied_to(client: Client, alice: User) -> None:
    sign_in(client)
    copied = Client()
    copied.cookies["sessionid"] = client.cookies["sessionid"].value
    assert copied.get("/settings").status_code == 200
    client.post("/sign-out")
    assert copied.get("/settings").status_code == 302


def test_a_token_of_another_session_sends_no_form(alice: User, mallory: User) -> None:
    """The token of a form is worth nothing without the cookie that it was made from."""
    strangers, victim = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    strangers.force_login(mallory)
    victim.force_login(alice)
    token = strangers.get("/settings").context["csrf_token"]
    victim.get("/settings")
    reply = victim.post("/settings/profile", {"name": "Mallory", "csrfmiddlewaretoken": str(token)})
    assert reply.status_code == 403
    alice.refresh_from_db()
    assert alice.name == "Alice"


def test_a_token_from_before_signing_in_is_replaced(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    token = str(client.get("/sign-in").context["csrf_token"])
    before = client.cookies["csrftoken"].value
    assert sign_in(client, csrfmiddlewaretoken=token).status_code == 302
    assert client.cookies["csrftoken"].value != before
    assert client.post("/settings/profile", {"name": "x", "csrfmiddlewaretoken": token}).status_code == 403


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/sign-in-again", "/sign-out"])
def test_no_form_leads_to_another_site(alice: User, path: str) -> None:
    for number, address in enumerate(EVIL):
        client = Client()
        if path in {"/sign-in-again", "/sign-out"}:
            client.force_login(alice)
        fields = {"login": alice.email, "email": f"{number}@example.com", "next": address}
        passwords = {"password": PASSWORD, "password1": "a long and new password"}
        reply = client.post(path, fields | passwords, query_params={"next": address})
        assert reply.status_code == 302, address
        assert reply.headers["Location"] in {"/new", "/", "/confirm-email"}, address


def test_the_demo_link_from_another_address_after_its_use(client: Client) -> None:
    path = services.demo_link("http://127.0.0.1:8000").removeprefix("http://127.0.0.1:8000")
    assert client.get(path, REMOTE_ADDR="127.0.0.1").status_code == 302
    stranger = Client()
    assert stranger.get(path, REMOTE_ADDR="192.0.2.1").status_code == 403
    assert "_auth_user_id" not in stranger.session
