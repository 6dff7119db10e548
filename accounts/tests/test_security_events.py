"""What happened to an account: recorded, kept as it is for a year, shown to its owner alone, and mailed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import api_keys, own_keys, security_events
from accounts.callers import session_caller
from accounts.models import SecurityEvent, User
from accounts.origins import MAX_AGENT, Origin, origin_of
from accounts.own_keys import Wanted
from accounts.security_events import Kind, record
from accounts.tests.acting import CHROME, FIREFOX, PASSWORD, kinds_of, link_in, mailed, run_jobs, sign_in
from accounts.tests.test_settings import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_lazy_fetches")]

URL = "/settings/activity"


def test_it_works(alice: User) -> None:
    browser = sign_in(alice)
    event = SecurityEvent.objects.get(user=alice)
    assert (event.kind, event.address, event.user_agent) == ("signed_in", "203.0.113.7", FIREFOX)
    page = browser.get(URL).text
    for part in ("Signed in", "Firefox on Linux", "203.0.113.7"):
        assert part in page


def change_password(browser: Client) -> None:
    sent = {"oldpassword": PASSWORD, "password1": "correct horse battery"}
    assert browser.post("/settings/password", sent).status_code == 302


def change_email(browser: Client) -> None:
    confirm(browser, "alice@example.com")
    browser.post("/settings/email", {"email": "liddell@example.com", "action_add": ""})
    confirm(browser, None)


def reset_password(browser: Client) -> None:
    Client().post("/forgotten-password", {"email": "alice@example.com"})
    page = browser.get(link_in(mailed()[0], "new-password")).headers["Location"]
    assert browser.post(page, {"password1": "correct horse battery"}).status_code == 302


def make_key(browser: Client) -> None:
    assert browser.post("/settings/api-keys", {"name": "CI", "permissions": ["read"]}).status_code == 302


def rotate_key(browser: Client) -> None:
    key, _ = api_keys.issue(User.objects.get(), "CI", ["read"])
    browser.post(f"/settings/api-keys/{key.pk}/rotate", {"overlap": "0"})


def revoke_key(browser: Client) -> None:
    key, _ = api_keys.issue(User.objects.get(), "CI", ["read"])
    for _ in range(2):  # the second changes nothing, so nothing happened
        browser.post(f"/settings/api-keys/{key.pk}/revoke")


def make_key_by_command(browser: Client) -> None:
    call_command("create_api_key", email="alice@example.com")


def fail_to_sign_in(browser: Client) -> None:
    Client().post("/sign-in", {"login": "ALICE@example.com", "password": "a guess"})


def help_by_staff(browser: Client) -> None:
    security_events.record_staff_action(User.objects.get(), "Blog AI staff gave back a post")


@pytest.mark.parametrize(
    ("happens", "kind", "told"),
    [
        (change_password, Kind.PASSWORD_CHANGED, "Your password was changed"),
        (change_email, Kind.EMAIL_CHANGED, "Your email address was changed"),
        (reset_password, Kind.PASSWORD_RESET, "Your password was reset"),
        (make_key, Kind.KEY_MADE, "Your Blog AI account has a new API key"),
        (rotate_key, Kind.KEY_ROTATED, "One of your API keys was replaced"),
        (revoke_key, Kind.KEY_REVOKED, None),
        (make_key_by_command, Kind.KEY_MADE, "Your Blog AI account has a new API key"),
        (fail_to_sign_in, Kind.SIGN_IN_FAILED, None),
        (help_by_staff, Kind.STAFF_ACTION, None),
    ],
)
def test_what_happens_is_recorded_and_the_serious_part_is_mailed(
    alice: User, happens: Callable[[Client], None], kind: Kind, told: str | None
) -> None:
    browser = sign_in(alice)
    happens(browser)
    assert kinds_of(alice) == ["signed_in", kind]
    assert [(message.subject, message.to) for message in mailed()] == (
        [(told, ["alice@example.com"])] if told else []
    )


def test_of_an_account_that_there_is_not_nothing_is_kept(alice: User) -> None:
    Client().post("/sign-in", {"login": "nobody@example.com", "password": "a guess"})
    assert not SecurityEvent.objects.exists()


def test_a_refusal_costs_the_same_statements_whoever_was_named(alice: User) -> None:
    """How long it takes must not tell who has an account."""
    statements = []
    for email in (alice.email, "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            security_events.record_failed_sign_in(email, Origin())
        statements.append([each["sql"].split()[0] for each in queries])
    assert statements[0] == statements[1]


@pytest.mark.parametrize(
    ("agent", "address", "kind"),
    [
        (FIREFOX.replace("145.0", "146.0"), "203.0.113.99", "signed_in"),
        (CHROME, "203.0.113.7", "new_device"),
        (FIREFOX, "198.51.100.7", "new_device"),
        ("", "203.0.113.7", "new_device"),
        ("", "", "signed_in"),
    ],
)
def test_a_device_is_new_by_its_browser_and_its_network(
    alice: User, agent: str, address: str, kind: str
) -> None:
    sign_in(alice)
    sign_in(alice, agent=agent, address=address)
    assert kinds_of(alice) == ["signed_in", kind]
    assert [message.subject for message in mailed()] == (
        ["New sign-in to your Blog AI account"] if kind == "new_device" else []
    )


def test_a_strangers_devices_are_not_ones_own(alice: User, mallory: User) -> None:
    sign_in(mallory, agent=CHROME)
    sign_in(alice)
    sign_in(alice, agent=CHROME)
    assert kinds_of(alice)[-1] == "new_device"


def test_no_secret_is_in_an_event(alice: User) -> None:
    browser = sign_in(alice)
    change_password(browser)
    _, raw = own_keys.create(session_caller(alice), Wanted(name="CI"), Origin())
    fail_to_sign_in(browser)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(security_events::text, ' ') FROM security_events")
        rows = cursor.fetchone()[0]
    secrets = (raw, api_keys.current(alice).get().digest, "correct horse", PASSWORD, "a guess")
    assert [secret for secret in secrets if secret in rows] == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE security_events SET details = '{}'",
        "UPDATE security_events SET user_id = user_id",
        "DELETE FROM security_events",
    ],
)
def test_nobody_changes_or_deletes_what_happened(alice: User, change: str) -> None:
    event = record(alice, Kind.SIGNED_IN)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.delete()
    assert kinds_of(alice) == ["signed_in"]


def test_it_is_kept_for_a_year(alice: User) -> None:
    for days in (364, 366):
        SecurityEvent.objects.create(
            user=alice, kind=Kind.SIGNED_IN, created_at=timezone.now() - timedelta(days=days)
        )
    assert security_events.purge() == 1
    assert SecurityEvent.objects.get().created_at > timezone.now() - security_events.RETENTION


def test_it_goes_with_the_account(alice: User, mallory: User) -> None:
    record(alice, Kind.SIGNED_IN)
    record(mallory, Kind.SIGNED_IN)
    alice.delete()
    assert SecurityEvent.objects.get().user_id == mallory.pk


def test_the_page_has_pages_and_a_filter(alice: User, mallory: User, django_assert_num_queries: Any) -> None:
    browser = sign_in(alice)
    for number in range(25):
        record(alice, Kind.KEY_REVOKED, name=f"key-{number:02}")
    record(mallory, Kind.KEY_REVOKED, name="hers")
    with django_assert_num_queries(2 + 1 + 1):  # the session and its user; the events; the plan in the bar
        first = browser.get(URL).text
    assert "key-24" in first and "key-05" in first and "key-04" not in first and "hers" not in first
    older = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = browser.get(older).text
    assert "key-04" in second and "key-05" not in second and "Signed in" in second
    filtered = browser.get(f"{URL}?kind=signed_in").text
    assert "key-" not in filtered and "Firefox on Linux" in filtered
    assert "Nothing of this kind" in browser.get(f"{URL}?kind=password_reset").text


@pytest.mark.parametrize(
    ("query", "status"), [("?kind=%27%3B--", 200), ("?before=x", 404), ("?before=" + "9" * 400, 404)]
)
def test_an_address_that_was_made_up(alice: User, query: str, status: int) -> None:
    assert sign_in(alice).get(URL + query).status_code == status


def test_what_a_client_says_of_itself_is_data(alice: User, rf: Any) -> None:
    agent = "<script>alert(1)</script>\x1b[31m" + "x" * 10_000
    browser = sign_in(alice, agent=agent)
    event = SecurityEvent.objects.get()
    assert len(event.user_agent) == MAX_AGENT and "\x1b" not in event.user_agent
    assert "<script>alert" not in browser.get(URL).text


def test_a_detail_is_one_line_in_a_mail(alice: User) -> None:
    record(alice, Kind.KEY_MADE, name="CI\nKey: bai_live_forged", permissions=["read", "manage"])
    body = mailed()[0].body
    assert "\nName: CI Key: bai_live_forged\n" in body
    assert "\nPermissions: read, manage\n" in body


def test_times_in_a_mail_are_the_readers(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    event = record(alice, Kind.KEY_MADE)
    there = (event.created_at + timedelta(hours=9)).strftime("%-I:%M %p (Asia/Tokyo)")
    assert there in mailed()[0].body


def test_a_mail_about_an_account_that_is_gone(alice: User) -> None:
    record(alice, Kind.KEY_MADE)
    alice.delete()
    assert mailed() == []
    assert run_jobs("mail_security_event") == 0


def test_an_ordinary_page_costs_no_statement_more(alice: User, django_assert_num_queries: Any) -> None:
    browser = sign_in(alice)
    with django_assert_num_queries(2 + 1 + 1):  # the session and its user; the keys; the plan
        browser.get("/settings/api-keys")


def test_without_a_request_nothing_is_known() -> None:
    assert origin_of(None) == Origin()
