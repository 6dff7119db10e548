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
    page.get_by_label("What should it be about?").fill(TOPIC)
    page.get_by_text("More choices").click()
    page.get_by_label("Sections").select_option("3")
    page.get_by_role("button", name="Write post").click()
    page.wait_for_url(POST)
    address = page.url
    page.locator("#parts .part-growing").first.wait_for()
    assert re.match(r"\d of 6 · ", page.title())
    wait_until_done(page)
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
        page.get_by_role("link", name="Download Markdown").click()
    assert downloading.value.suggested_filename.endswith(".md")
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url(DELETED)
    assert page.get_by_role("link", name=title).count() == 0
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(address)
    assert page.locator("h1").inner_text() == title
    assert complaints == []


def sign_up(page: Any, email: str) -> None:
    """From the first page to the form of a new post."""
    page.goto("/")
    page.get_by_role("link", name="Sign up and write a post").click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/new")


def test_with_the_keyboard_alone(window: Callable[..., Any], complaints: list[str]) -> None:
    page = window()
    page.goto("/")
    press(page, "Sign up and write a post")
    page.wait_for_url("**/sign-up")
    tab_to(page, "Email")
    page.keyboard.type("keys@example.com")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/new")
    page.keyboard.type(TOPIC)  # the field has the focus
    page.keyboard.press("Control+Enter")
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
    page.get_by_text("No title has “zebra” in it").wait_for()
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
