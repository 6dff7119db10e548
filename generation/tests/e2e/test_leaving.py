"""Taking one's data, leaving, and coming back: how each page on the way looks. test_accounts.py walks it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.e2e

PASSWORD = "a password"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)


@pytest.fixture
def alice(alice: "User") -> "User":
    """With a password as the site stores it; tests have a faster way."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    alice.password = PBKDF2PasswordHasher().encode(PASSWORD, "a salt of twenty-two..")
    alice.save()
    return alice


@pytest.fixture
def session(transactional_db: None, alice: "User") -> str:
    """Alice's session cookie. She has not shown again that it is her."""
    from django.test import Client

    client = Client()
    client.force_login(alice)
    return client.cookies["sessionid"].value


@pytest.fixture
def post(transactional_db: None, alice: "User") -> Iterator[Any]:
    from generation.posts.tests.posts import a_post

    yield a_post(alice, "Why the tides come twice a day")


def test_an_open_page_ends_when_the_account_is_closed(
    post: Any, page: Any, alice: "User", window: Callable[..., Any], session: str, model: Any
) -> None:
    """Within five seconds, in another browser."""
    from accounts import closing
    from accounts.origins import Origin
    from generation.llm.simulated import Answer
    from generation.tests.e2e.test_writing import write

    gate = model.gate()
    model.script.add(Answer(gate=gate), schema=True)
    write(page)
    closing.close(alice, Origin())
    page.wait_for_url("**/sign-in**")  # its run was stopped, so it looked for the post
    gate.release()


@pytest.fixture
def events(transactional_db: None, alice: "User") -> str:
    """The link that secures the account, in a mail about the last of many events."""
    from accounts import securing
    from accounts.origins import Origin
    from accounts.security_events import Kind, record, record_staff_action

    here = Origin("2001:db8:85a3:8d3:1319:8a2e:370:7348", CHROME)
    record(alice, Kind.SIGNED_IN, here)
    record(alice, Kind.SIGN_IN_FAILED, Origin("198.51.100.23", "python-requests/2.32.5"))
    record(alice, Kind.EMAIL_CHANGED, here, before="a.liddell@example.com", after=alice.email)
    record(alice, Kind.KEY_REVOKED, here, key="bai_live_3kXyZ…9fQ2", name="CI")
    record_staff_action(
        alice, "Blog AI staff gave back a post", reason="It had failed, and was charged all the same."
    )
    for number in range(19):
        record(alice, Kind.SIGNED_IN, here, name=str(number))
    event = record(
        alice,
        Kind.KEY_MADE,
        Origin("198.51.100.23", CHROME),
        key="bai_live_7hBq…x1Zt",
        name="The newsroom's nightly job " * 3,
        permissions=["read", "generate", "manage"],
    )
    return f"/secure-account/{securing.token_for(event)}"


def test_activity(events: str, page: Any, look: Callable[..., None]) -> None:
    page.goto("/settings/activity")
    look(page, "activity-many")
    page.get_by_role("link", name="Older").click()
    page.get_by_text("Blog AI staff gave back a post").wait_for()
    look(page, "activity-older")
    page.get_by_label("Show").select_option("Password changed")
    page.get_by_role("button", name="Filter").click()
    page.get_by_text("Nothing of this kind").wait_for()
    look(page, "activity-none")


def test_securing_an_account(
    events: str, window: Callable[..., Any], look: Callable[..., None], complaints: list[str]
) -> None:
    page = window()
    page.goto(events)
    look(page, "secure-account")
    page.get_by_role("button", name="Secure my account").click()
    page.get_by_role("heading", name="Your account is secured").wait_for()
    look(page, "secure-account-done")
    page.goto(events)
    page.get_by_role("heading", name="This link no longer works").wait_for()
    complaints.clear()  # Chromium says of every 404 that it is one
    look(page, "secure-account-used")


def test_an_archive(page: Any, alice: "User", look: Callable[..., None]) -> None:
    from django.utils import timezone

    from accounts.models import DataExport

    held = timezone.now() + timedelta(hours=1)  # no worker of the site takes it
    DataExport.objects.create(user=alice, state="writing", records=4200, lease_until=held)
    page.goto("/settings#data")
    page.get_by_text("4,200 records so far").wait_for()
    look(page, "export-writing")
    now = timezone.now()
    ready: dict[str, Any] = {"state": "ready", "size": 3_456_789, "finished_at": now}
    DataExport.objects.update(**ready, expires_at=now + timedelta(days=7))
    page.get_by_text("Your archive is ready.").first.wait_for()
    look(page, "export-ready")
    DataExport.objects.update(state="failed")
    page.reload()
    look(page, "export-failed")


def test_leaving(page: Any, alice: "User", look: Callable[..., None], complaints: list[str]) -> None:
    page.goto("/settings/delete-account")
    page.get_by_label("Type your email address").fill("bob@example.com")
    page.get_by_role("button", name="Delete my account").click()
    page.get_by_text("so we deleted nothing").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    look(page, "delete-account-mistake")
    page.get_by_label("Type your email address").fill(alice.email)
    page.get_by_role("button", name="Delete my account").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Your account is closed").wait_for()
    look(page, "account-closed")
    page.goto("/sign-in")
    page.get_by_label("Email").fill(alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Keep your account?").wait_for()
    look(page, "keep-account")


def test_writing_with_mistakes(page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    page.goto("/settings#writing")
    page.get_by_label("Length in words").fill("12")
    page.get_by_role("button", name="Save choices").click()
    page.get_by_text("at least 150 words").wait_for()
    assert page.url.endswith("#writing")
    assert "Check “Length in words”" in page.evaluate("document.activeElement.innerText")
    page.get_by_role("link", name="Check “Length in words”").press("Enter")
    assert page.evaluate("document.activeElement.name") == "words"
    complaints.clear()  # Chromium says of every 422 that it is one
    look(page, "settings-writing-mistakes")
