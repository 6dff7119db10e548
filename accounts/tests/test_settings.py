"""The settings: a page of sections, each of which is saved by itself and shows invalid input again."""

import re
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import api_keys, new_keys, time_zones
from accounts.forms import ProfileForm
from accounts.models import Session, User
from accounts.tests.mails import delivered
from accounts.tests.signing_in import confirmed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_lazy_fetches")]

SECTIONS = ["profile", "writing", "notifications", "security", "sessions", "activity", "data"]
MOVED = {
    **{"name": "profile", "time-zone": "profile", "theme": "profile", "profile": "profile"},
    **{"writing": "writing", "notifications": "notifications", "security": "security"},
    **{"sessions": "sessions", "export": "data"},
}
PROFILE = {"name": "Alice", "time_zone": "UTC", "theme": "system"}


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    confirmed(client, alice)
    return client


def test_it_works(signed_in: Client) -> None:
    page = signed_in.get("/settings")
    assert re.findall(r'<section class="settings-section" id="(\w+)"', page.text) == SECTIONS
    assert re.findall(r'<a href="#(\w+)"', page.text.split("</nav>")[1]) == SECTIONS
    ids = re.findall(r' id="([^"]+)"', page.text)
    assert len(ids) == len(set(ids)), "each label finds its field"
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("old", MOVED)
def test_each_section_has_an_address_of_its_own(client: Client, alice: User, old: str) -> None:
    path = f"/settings/{old}"
    assert client.get(path).headers["Location"] == f"/sign-in?next={path}"
    client.force_login(alice)
    assert client.get(path).headers["Location"] == f"/settings#{MOVED[old]}"


@pytest.mark.parametrize(
    ("page", "section"), [("email", "profile"), ("password", "security"), ("delete-account", "data")]
)
def test_a_page_says_to_which_section_it_belongs(signed_in: Client, page: str, section: str) -> None:
    text = signed_in.get(f"/settings/{page}").text
    assert re.findall(r'<a href="([^"]+)" aria-current="true">', text) == [f"/settings#{section}"]


def test_it_takes_few_statements(signed_in: Client, alice: User, django_assert_num_queries: Any) -> None:
    """However many keys, sessions and events there are."""
    for _ in range(3):
        signed_in.post("/settings/api-keys", {"name": "CI", "permissions": ["read"]})
        Client().post("/sign-in", {"login": alice.email, "password": "a password"})
    # The session, its user, what is left of the plan; then one for each list, the notifications, the archive.
    with django_assert_num_queries(3 + 6):
        signed_in.get("/settings")


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("name", "Алиса 愛麗絲", "x" * 151),
        ("time_zone", "Europe/Berlin", "Europe/Atlantis"),
        ("theme", "dark", "pink"),
    ],
)
def test_the_profile_is_saved_or_refused(
    signed_in: Client, alice: User, field: str, good: str, bad: str
) -> None:
    path = "/settings/profile"
    refused = signed_in.post(path, PROFILE | {field: bad})
    assert refused.status_code == 422
    assert "Not saved" in refused.text
    assert re.findall(r"<(?:div|input)[^>]* autofocus", refused.text) == [
        '<div class="notice notice-danger" role="alert" tabindex="-1" autofocus'
    ], "the focus is on what is wrong"
    assert f'href="#id_{field}"' in refused.text and f'id="id_{field}_error"' in refused.text
    assert refused.text.count("settings-section") == len(SECTIONS), "all else is still there"
    saved = signed_in.post(path, PROFILE | {field: good})
    assert saved.headers["Location"] == "/settings#profile"
    alice.refresh_from_db()
    assert getattr(alice, field) == good
    assert "Your profile is saved." in signed_in.get("/settings").text


def test_the_profile_overwrites_nothing_else(signed_in: Client, alice: User, monkeypatch: Any) -> None:
    """What another request has changed since this one read the account."""
    valid = ProfileForm.is_valid

    def meanwhile(form: ProfileForm) -> bool:
        User.objects.update(writing_defaults={"tone": "casual"})
        return valid(form)

    monkeypatch.setattr(ProfileForm, "is_valid", meanwhile)
    signed_in.post("/settings/profile", PROFILE)
    alice.refresh_from_db()
    assert alice.writing_defaults == {"tone": "casual"}


def test_a_time_zone_is_chosen_by_its_city_from_west_to_east(signed_in: Client, alice: User) -> None:
    found = dict(time_zones.choices(datetime(2026, 1, 15, tzinfo=UTC)))
    assert found["Europe/Berlin"] == "Berlin (UTC+1)"
    assert found["America/New_York"] == "New York (UTC\N{MINUS SIGN}5)"
    assert found["Asia/Kolkata"] == "Kolkata (UTC+5:30)"
    assert found["America/Indiana/Knox"] == "Knox, Indiana (UTC\N{MINUS SIGN}6)"
    assert dict(time_zones.choices(datetime(2026, 7, 15, tzinfo=UTC)))["Europe/Berlin"] == "Berlin (UTC+2)"
    places = list(found)
    assert places[0] == "Pacific/Midway" and places[-1] == "Pacific/Kiritimati"
    assert places.index("Europe/Amsterdam") < places.index("Europe/Berlin") < places.index("Europe/Helsinki")
    assert len(set(found.values())) == len(found), "no place is there twice"
    for other, name in {"Asia/Calcutta": "Asia/Kolkata", "US/Eastern": "America/New_York"}.items():
        assert other not in found
        assert time_zones.canonical(other) == name
    User.objects.update(time_zone="Asia/Calcutta")  # as it could be chosen before
    assert '<option value="Asia/Kolkata" selected>' in signed_in.get("/settings").text


def test_the_theme_is_in_the_page_before_any_script(signed_in: Client) -> None:
    assert "data-theme" not in signed_in.get("/settings").text
    assert "Match system" in signed_in.get("/settings").text
    signed_in.post("/settings/profile", PROFILE | {"theme": "dark"})
    assert '<html lang="en" data-theme="dark">' in signed_in.get("/").text


def test_what_is_typed_cannot_become_markup(signed_in: Client) -> None:
    signed_in.post("/settings/profile", PROFILE | {"name": "<script>alert(1)</script>"})
    page = signed_in.get("/settings").text
    assert "alert(1)" in page and "<script>alert" not in page


def test_the_password_is_changed_with_the_old_one(signed_in: Client, alice: User) -> None:
    sent = {"oldpassword": "a password", "password1": "correct horse battery"}
    assert "t your current password" in signed_in.post("/settings/password", sent | {"oldpassword": "x"}).text
    assert signed_in.post("/settings/password", sent).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("correct horse battery")
    assert signed_in.get("/settings/password").status_code == 200  # still signed in
    (message,) = delivered()
    assert "was changed" in message.body
    assert "IP address: 127.0.0.1" in message.body


def test_an_account_without_password_sets_its_first(signed_in: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(password="!")
    signed_in.force_login(User.objects.get())
    assert signed_in.get("/settings/password").headers["Location"] == "/settings/first-password"
    signed_in.post("/settings/first-password", {"password1": "correct horse battery"})
    assert User.objects.get().check_password("correct horse battery")


def test_a_new_address_counts_from_its_confirmation(signed_in: Client, alice: User, settings: Any) -> None:
    confirm(signed_in, alice.email)
    signed_in.post("/settings/email", {"email": "liddell@example.com", "action_add": ""})
    assert "waiting for confirmation" in signed_in.get("/settings/email").text
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
    (path,) = re.findall(r"/confirm-email/\S+", str(delivered()[-1].body))
    client.post(path)


def test_a_key_is_shown_once_and_works_until_it_is_revoked(signed_in: Client, alice: User) -> None:
    made = signed_in.post("/settings/api-keys", {"name": "CI", "permissions": ["read"]})
    assert (made.status_code, made.headers["Location"]) == (302, "/settings/api-keys#new-key")
    assert "bai_live" not in str(made.headers) + made.text
    stored = str(Session.objects.get(user=alice).get_decoded())
    signed_in.head("/settings/api-keys")  # as what looks at links does
    page = signed_in.get("/settings/api-keys")
    (raw,) = re.findall(r"bai_live_\w{36}", page.text)
    assert raw not in stored
    assert "no-store" in page.headers["Cache-Control"]
    again = signed_in.get("/settings/api-keys").text  # reloaded, or back from another page
    assert raw not in again and "new-key" not in again
    assert api_keys.caller_for(raw).permissions == {"read"}
    key = api_keys.current(alice).get()
    assert signed_in.post(f"/settings/api-keys/{key.id}/revoke").status_code == 302
    assert Client().get("/api/v1/posts", headers={"X-API-Key": raw}).status_code == 401
    assert "is revoked" in signed_in.get("/settings/api-keys").text


def test_a_new_key_is_shown_to_its_session_and_soon_or_not_at_all(
    signed_in: Client, alice: User, monkeypatch: Any
) -> None:
    signed_in.post("/settings/api-keys", {"name": "CI", "permissions": ["read"]})
    elsewhere = Client()
    elsewhere.force_login(alice)
    assert "new-key" not in elsewhere.get("/settings/api-keys").text
    late = time.time() + new_keys.LIFETIME + 1
    monkeypatch.setattr("cryptography.fernet.time.time", lambda: late)
    assert "new-key" not in signed_in.get("/settings/api-keys").text
    monkeypatch.undo()
    assert "new-key" not in signed_in.get("/settings/api-keys").text


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
    page = signed_in.post("/settings/api-keys", sent, follow=True).text
    (raw,) = re.findall(r"bai_test_\w{36}", page)
    caller = api_keys.caller_for(raw, "2001:db8::7")
    assert (caller.test, caller.requests_per_minute) == (True, 5)
    assert caller.monthly_cost_limit_usd == Decimal("2.5")
    listed = signed_in.get("/settings/api-keys").text
    for part in (">Test<", "5 requests a minute", "$2.50 a month", "Expires on", "from 2001:db8::7"):
        assert part in listed
    key = api_keys.current(alice).get()
    rotated = signed_in.post(f"/settings/api-keys/{key.id}/rotate", {"overlap": "3600"}, follow=True)
    (new,) = re.findall(r"bai_test_\w{36}", rotated.text)
    assert "no-store" in rotated.headers["Cache-Control"]
    assert api_keys.caller_for(new).requests_per_minute == 5
    assert ">Rotated<" in rotated.text
    assert rotated.text.count('aria-current="page"') == 1
    again = signed_in.post(f"/settings/api-keys/{key.id}/rotate", {"overlap": "0"}, follow=True)
    assert "rotated before" in again.text
    assert signed_in.post(f"/settings/api-keys/{key.id}/rotate", {"overlap": "8"}).status_code == 422
    jobs = ProcrastinateJob.objects.filter(task_name="mail_security_event")
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
