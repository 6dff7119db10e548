"""An account, by keyboard alone: from signing up to leaving and back. axe finds nothing on its pages."""

import re
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest

from accounts.tests.authenticators import code_of
from generation.llm.simulated import Answer, Server
from generation.tests.e2e.conftest import violations
from generation.tests.e2e.test_walk import PASSWORD, press, tab_to

pytestmark = pytest.mark.e2e

EMAIL = "careful@example.com"


def test_the_whole_walk(
    with_passkeys: Callable[[str], Any], window: Callable[..., Any], model: Server, complaints: list[str]
) -> None:
    page = with_passkeys("")
    page.goto("/sign-up")
    assert violations(page) == []
    fill_in(page)
    page.wait_for_url("**/confirm-email")
    assert violations(page) == []
    press(page, "Sign in without confirming")
    page.wait_for_url("**/sign-in")
    fill_in(page)
    page.wait_for_url("**/new")
    secret = add_app(page)
    add_passkey(page)

    other = sign_in_elsewhere(window(), secret)
    gate = model.gate()
    model.script.add(Answer(gate=gate), schema=True)
    write_a_post(other)

    page.goto("/settings/sessions")
    assert violations(page) == []
    assert page.get_by_role("list", name="Your sessions").get_by_role("listitem").count() == 2
    press(page, "Sign out everywhere else")
    page.get_by_text("signed out everywhere else").first.wait_for()
    # Its socket is closed within five seconds of the server, without a word from this page.
    other.get_by_text("You’re signed out").wait_for()
    gate.release()

    press(page, "Account")
    press(page, "Sign out")
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/sign-in")
    assert violations(page) == []
    press(page, "Sign in with a passkey")
    page.wait_for_url("**/new")
    assert violations(page) == []

    take_the_data(page)
    leave(page)
    come_back(page)
    page.goto("/settings#security")
    page.get_by_role("list", name="Ways to sign in").get_by_text("My laptop").wait_for()
    assert complaints == []


def fill_in(page: Any) -> None:
    tab_to(page, "Email")
    page.keyboard.type(EMAIL)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def add_app(page: Any) -> str:
    """Set up an app, whose key is typed in, and keep the recovery codes; the key."""
    page.goto("/settings#security")
    assert violations(page) == []
    press(page, "Set up an app")
    page.wait_for_url("**/security/app")
    press(page, "Can’t scan it?")
    secret: str = page.locator(".secret").inner_text()
    assert violations(page) == []
    tab_to(page, "Code from the app")
    page.keyboard.type(code_of(secret))
    page.keyboard.press("Enter")
    page.get_by_text("Save these codes now").wait_for()
    assert violations(page) == []
    press(page, "I’ve saved them")
    page.wait_for_url("**/settings#security")
    return secret


def add_passkey(page: Any) -> None:
    press(page, "Add a passkey")
    page.wait_for_url("**/passkeys/new")
    page.get_by_role("button", name="Add passkey").wait_for()
    tab_to(page, "Name (optional)")
    page.keyboard.press("Control+A")
    page.keyboard.type("My laptop")
    page.keyboard.press("Enter")  # in a field, which is to do what the button does
    page.wait_for_url("**/settings#security")
    page.get_by_role("list", name="Ways to sign in").get_by_text("My laptop").wait_for()
    assert violations(page) == []


def sign_in_elsewhere(page: Any, secret: str) -> Any:
    """In a browser that keeps no passkeys, with a code."""
    page.goto("/sign-in")
    fill_in(page)
    page.get_by_role("heading", name="One more step").wait_for()
    assert violations(page) == []
    tab_to(page, "Code")
    page.keyboard.type(code_of(secret, 1))
    page.keyboard.press("Enter")
    page.wait_for_url("**/new")
    return page


def write_a_post(page: Any) -> None:
    page.keyboard.type("How tides work")  # the field has the focus
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/posts/[0-9a-f-]{36}$"))


def take_the_data(page: Any) -> None:
    press(page, "Account")
    press(page, "Settings")
    page.wait_for_url("**/settings")
    assert violations(page) == []
    press(page, "Your data")
    page.wait_for_url("**/settings#data")
    assert page.evaluate("document.activeElement.id") == "data"
    assert violations(page) == []
    press(page, "Prepare my archive")  # the passkey was used a moment ago
    page.get_by_text("Your archive is ready.").first.wait_for()
    assert violations(page) == []
    with page.expect_download() as downloading:
        press(page, "Download")
    with ZipFile(downloading.value.path()) as archive:
        assert EMAIL in archive.read("account.json").decode()


def leave(page: Any) -> None:
    press(page, "Delete account")
    page.wait_for_url("**/settings/delete-account")
    assert violations(page) == []
    tab_to(page, "Type your email address to confirm")
    page.keyboard.type(EMAIL)
    press(page, "Delete my account")
    page.get_by_role("heading", name="Your account is closed").wait_for()
    assert violations(page) == []
    page.goto("/posts")
    page.wait_for_url("**/sign-in**")


def come_back(page: Any) -> None:
    """Within the days of grace, by the passkey, which is then the second step too."""
    press(page, "Sign in with a passkey")
    page.get_by_role("heading", name="Keep your account?").wait_for()
    assert violations(page) == []
    press(page, "Keep my account")
    page.get_by_role("heading", name="One more step").wait_for()
    press(page, "Use your passkey")
    page.wait_for_url("**/new")


def test_without_javascript_all_but_passkeys_works(
    session: str, window: Callable[..., Any], complaints: list[str]
) -> None:
    page = window(session, java_script_enabled=False)
    page.goto("/settings#security")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_text("Passkeys need JavaScript").wait_for()
    assert not page.get_by_role("button", name="Add passkey").is_visible()
    page.goto("/settings/security/app")
    page.get_by_text("Can’t scan it?").click()
    page.get_by_label("Code from the app").fill(code_of(page.locator(".secret").inner_text()))
    page.get_by_role("button", name="Turn on").click()
    page.get_by_text("Save these codes now").wait_for()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download").click()
    assert len(downloading.value.path().read_text().splitlines()) == 12
    page.goto("/settings#sessions")
    page.get_by_text("This browser").wait_for()
    page.context.clear_cookies()
    page.goto("/sign-in")
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    assert complaints == []


def test_at_an_address_without_a_name_a_passkey_says_why_not(
    session: str, window: Callable[..., Any], complaints: list[str]
) -> None:
    page = window(session)
    page.goto("/settings/security/passkeys/new")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_text("Passkeys don’t work at this address").wait_for()
    assert violations(page) == []
    assert complaints == []
