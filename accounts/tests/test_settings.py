"""The settings pages: each saves one setting, and shows invalid input again."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import api_keys
from accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_lazy_fetches")]

PAGES = ["name", "email", "password", "time-zone", "theme", "api-keys"]


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_and_needs_somebody_signed_in(client: Client, alice: User, page: str) -> None:
    path = f"/settings/{page}"
    assert client.get(path).headers["Location"] == f"/sign-in?next={path}"
    client.force_login(alice)
    response = client.get(path)
    assert response.status_code == 200
    assert response.text.count('aria-current="page"') == 1


def test_the_first_page_is_the_name(signed_in: Client) -> None:
    assert signed_in.get("/settings").headers["Location"] == "/settings/name"


@pytest.mark.parametrize(
    ("page", "field", "good", "bad"),
    [
        ("name", "name", "Алиса 愛麗絲", "x" * 151),
        ("time-zone", "time_zone", "Europe/Berlin", "Europe/Atlantis"),
        ("theme", "theme", "dark", "pink"),
    ],
)
def test_a_preference_is_saved_or_refused(
    signed_in: Client, alice: User, page: str, field: str, good: str, bad: str
) -> None:
    path = f"/settings/{page}"
    refused = signed_in.post(path, {field: bad})
    assert refused.status_code == 422
    assert "Not saved" in refused.text
    saved = signed_in.post(path, {field: good})
    assert saved.headers["Location"] == path
    alice.refresh_from_db()
    assert getattr(alice, field) == good
    assert "is saved" in signed_in.get(path).text


def test_the_theme_is_in_the_page_before_any_script(signed_in: Client) -> None:
    assert "data-theme" not in signed_in.get("/settings/theme").text
    signed_in.post("/settings/theme", {"theme": "dark"})
    assert '<html lang="en" data-theme="dark">' in signed_in.get("/").text


def test_what_is_typed_cannot_become_markup(signed_in: Client) -> None:
    signed_in.post("/settings/name", {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in signed_in.get("/settings/name").text


def test_the_password_is_changed_with_the_old_one(signed_in: Client, alice: User) -> None:
    sent = {"oldpassword": "a password", "password1": "correct horse battery"}
    assert (
        "not your current password" in signed_in.post("/settings/password", sent | {"oldpassword": "x"}).text
    )
    assert signed_in.post("/settings/password", sent).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("correct horse battery")
    assert signed_in.get("/settings/password").status_code == 200  # still signed in
    assert "was changed" in mail.outbox[-1].body


def test_an_account_without_password_sets_its_first(signed_in: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(password="!")
    signed_in.force_login(User.objects.get())
    assert signed_in.get("/settings/password").headers["Location"] == "/settings/first-password"
    signed_in.post("/settings/first-password", {"password1": "correct horse battery"})
    assert User.objects.get().check_password("correct horse battery")


def test_a_new_address_counts_from_its_confirmation(signed_in: Client, alice: User, settings: Any) -> None:
    confirm(signed_in, alice.email)
    signed_in.post("/settings/email", {"email": "liddell@example.com", "action_add": ""})
    assert "waiting for its confirmation" in signed_in.get("/settings/email").text
    assert User.objects.get().email == alice.email
    confirm(signed_in, None)
    assert User.objects.get().email == "liddell@example.com"


@pytest.mark.parametrize("address", ["nobody", "alice@example.com"])
def test_an_address_that_will_not_do_is_refused(signed_in: Client, address: str) -> None:
    page = signed_in.post("/settings/email", {"email": address, "action_add": ""}).text
    assert 'aria-invalid="true"' in page
    assert f'value="{address}"' in page


def confirm(client: Client, email: str | None) -> None:
    """Follow the link in the latest mail, requesting the mail first if an address is given."""
    if email:
        client.get("/settings/email")
        client.post("/settings/email", {"email": email, "action_send": ""})
    (path,) = re.findall(r"/confirm-email/\S+", str(mail.outbox[-1].body))
    client.post(path)


def test_a_key_is_shown_once_and_works_until_it_is_revoked(signed_in: Client, alice: User) -> None:
    page = signed_in.post("/settings/api-keys", {"name": "CI", "permissions": ["read"]}).text
    (raw,) = re.findall(r"bai_live_\w{36}", page)
    assert raw not in signed_in.get("/settings/api-keys").text
    assert api_keys.caller_for(raw).permissions == {"read"}
    key = api_keys.current(alice).get()
    assert signed_in.post(f"/settings/api-keys/{key.id}/revoke").status_code == 302
    assert Client().get("/api/v1/posts", headers={"X-API-Key": raw}).status_code == 401
    assert "is revoked" in signed_in.get("/settings/api-keys").text


@pytest.mark.parametrize(
    "sent", [{"name": "", "permissions": "read"}, {"name": "CI"}, {"name": "CI", "permissions": "all"}]
)
def test_a_key_that_may_nothing_or_has_no_name_is_not_made(
    signed_in: Client, alice: User, sent: dict[str, str]
) -> None:
    response = signed_in.post("/settings/api-keys", sent)
    assert response.status_code == 422
    assert not api_keys.current(alice)


def test_a_key_with_everything_and_its_rotation(signed_in: Client, alice: User) -> None:
    sent = {
        **{"name": "CI", "permissions": ["read"], "days": "30", "kind": "test"},
        **{"requests_per_minute": "5", "monthly_cost_limit_usd": "2.50"},
    }
    page = signed_in.post("/settings/api-keys", sent).text
    (raw,) = re.findall(r"bai_test_\w{36}", page)
    caller = api_keys.caller_for(raw, "2001:db8::7")
    assert (caller.test, caller.requests_per_minute) == (True, 5)
    assert caller.monthly_cost_limit_usd == Decimal("2.5")
    listed = signed_in.get("/settings/api-keys").text
    for part in (">Test<", "5 requests a minute", "$2.50 a month", "Expires on", "from 2001:db8::7"):
        assert part in listed
    key = api_keys.current(alice).get()
    rotated = signed_in.post(f"/settings/api-keys/{key.id}/rotate", {"overlap": "3600"})
    (new,) = re.findall(r"bai_test_\w{36}", rotated.text)
    assert "no-store" in rotated.headers["Cache-Control"]
    assert api_keys.caller_for(new).requests_per_minute == 5
    assert ">Rotated<" in rotated.text
    assert rotated.text.count('aria-current="page"') == 1
    again = signed_in.post(f"/settings/api-keys/{key.id}/rotate", {"overlap": "0"}, follow=True)
    assert "rotated before" in again.text
    assert signed_in.post(f"/settings/api-keys/{key.id}/rotate", {"overlap": "8"}).status_code == 422
    jobs = ProcrastinateJob.objects.filter(task_name="mail_new_key")
    assert jobs.count() == 2


def test_a_wrong_limit_is_shown_where_it_is(signed_in: Client) -> None:
    page = signed_in.post(
        "/settings/api-keys", {"name": "CI", "permissions": "read", "requests_per_minute": "0"}
    )
    assert page.status_code == 422
    assert re.search(r'<details class="disclosure" open>', page.text)


def test_a_strangers_key_is_no_key(signed_in: Client, mallory: User) -> None:
    key, _ = api_keys.issue(mallory, "hers", ["read"])
    theirs = signed_in.post(f"/settings/api-keys/{key.id}/revoke")
    nobodys = signed_in.post("/settings/api-keys/00000000-0000-7000-8000-000000000000/revoke")
    assert theirs.status_code == nobodys.status_code == 404
    assert api_keys.current(mallory).exists()
