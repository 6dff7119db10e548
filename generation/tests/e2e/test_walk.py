"""A writer's first two minutes: from the first page to the deleted post and back, by mouse and keyboard."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from generation.tests.e2e.test_writing import TOPIC, prose, wait_until_done

pytestmark = pytest.mark.e2e

POST = re.compile(r"/posts/[0-9a-f-]{36}$")
DELETED = re.compile(r"/posts\?deleted=")
PASSWORD = "correct horse battery"
FOCUSED = """
  (() => {
    const { activeElement: at } = document;
    if (at === document.body) return { name: "", seen: true };
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const name = (at.labels?.[0] ?? at).textContent.replace(/\\s+/g, " ").trim();
    return { name, seen: outlineStyle !== "none" && outlineWidth !== "0px" };
  })()
"""


def test_with_a_mouse(window: Callable[..., Any], complaints: list[str]) -> None:
    page = window()
    sign_up(page, "walker@example.com")
    assert page.locator("#topic").input_value() == TOPIC
    page.get_by_text("More choices").click()
    page.get_by_label("Sections").select_option("3")
    page.get_by_role("button", name="Write post").click()
    page.wait_for_url(POST)
    address = page.url
    page.locator("#parts .part-growing").first.wait_for()
    assert re.match(r"\d of 6 · ", page.title())
    library = page.context.new_page()
    library.goto("/posts")
    row = library.locator(".entry", has_text="Being written")
    row.get_by_role("link").focus()
    wait_until_done(page)
    library.get_by_text("Your post is ready: ").wait_for()
    finished = library.locator(".entry:has(:focus)")
    assert re.search(r"Finished\s+[\d,]+ words", finished.inner_text()), "and the link still has the focus"
    assert library.locator(".library-list[hx-get]").count() == 0
    finished.get_by_text("Actions for").locator("..").press("Enter")
    for _ in range(4):  # past Open, Download and Duplicate
        library.keyboard.press("Tab")
    library.keyboard.press("Enter")  # Delete
    library.get_by_text("is in the trash").wait_for()
    assert "is in the trash" in library.evaluate("document.activeElement.textContent")
    library.keyboard.press("Tab")
    library.keyboard.press("Enter")  # Undo
    library.wait_for_url(address)
    assert library.evaluate("document.activeElement.id") == "title"
    library.close()
    assert page.url == address
    assert page.title().endswith(" · Blog AI")
    title = page.locator("h1").inner_text()
    in_place = prose(page)
    page.reload()
    assert prose(page) == in_place
    page.get_by_role("link", name="Library").click()
    page.get_by_role("link", name=title).click()
    page.wait_for_url(address)
    with page.expect_download() as downloading:
        page.locator(".post-next summary").press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # the first of the formats
    assert downloading.value.suggested_filename.endswith(".md")
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url(DELETED)
    assert page.get_by_role("link", name=title).count() == 0
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(address)
    assert page.locator("h1").inner_text() == title
    assert complaints == []


def sign_up(page: Any, email: str) -> None:
    """From a topic on the first page to the form of a new post, which has it."""
    page.goto("/")
    page.get_by_label("What do you want to write about?").first.fill(TOPIC)
    page.get_by_role("button", name="Write post").first.click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("heading", name="Check your email").wait_for()
    page.get_by_role("link", name="Sign in without confirming").click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/new?topic=*")


def test_with_the_keyboard_alone(window: Callable[..., Any], complaints: list[str]) -> None:
    page = window()
    page.goto("/")
    tab_to(page, "What do you want to write about?")
    page.keyboard.type(TOPIC)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-up")
    for button in ("Sign in without confirming", ""):  # the account is made, then it signs in
        tab_to(page, "Email")
        page.keyboard.type("keys@example.com")
        tab_to(page, "Password")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        if button:
            page.wait_for_url("**/confirm-email")
            press(page, button)
            page.wait_for_url("**/sign-in")
    page.wait_for_url("**/new?topic=*")
    assert page.locator("#topic").input_value() == TOPIC
    page.keyboard.press("Control+Enter")  # the field has the focus
    page.wait_for_url(POST)
    address = page.url
    press(page, "Follow")
    assert page.get_by_role("button", name="Follow").get_attribute("aria-pressed") == "true"
    wait_until_done(page)
    assert page.evaluate("document.activeElement !== document.body")  # the focus went to what took its place
    title = page.locator("h1").inner_text()
    press(page, "Library")
    page.wait_for_url("**/posts")
    page.keyboard.press("/")
    page.keyboard.type("zebra")
    page.keyboard.press("Enter")
    page.get_by_text("No posts match “zebra”").wait_for()
    press(page, "Show all posts")
    page.wait_for_url("**/posts")
    press(page, title)
    page.wait_for_url(address)
    press(page, "Delete")
    page.wait_for_url(DELETED)
    press(page, "Undo")
    page.wait_for_url(address)
    assert page.locator("h1").inner_text() == title
    assert complaints == []


def press(page: Any, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def tab_to(page: Any, name: str) -> None:
    """Press Tab until what has the focus is called so. Whatever has it on the way shows that."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], focused
        if name in focused["name"]:
            return
    raise AssertionError(f"Tab does not lead to {name}.")
