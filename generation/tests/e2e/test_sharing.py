"""How a post goes to the world: what search engines make of it, and links that others open."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from generation.tests.e2e.test_looks import TEXT

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.e2e


def test_search_engines(transactional_db: None, alice: "User", page: Any, look: Callable[..., None]) -> None:
    from generation.posts.tests.posts import a_post

    post = a_post(alice, "Why the tides come twice a day")
    page.goto(f"/posts/{post.pk}")
    page.get_by_role("link", name="Search engines").click()
    page.get_by_text("Type the keyword").wait_for()
    page.get_by_role("textbox", name="Keyword").fill("tides")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Keyword in the title").wait_for()
    look(page, "post-seo")


def test_a_link_is_made_copied_opened_and_turned_off(
    transactional_db: None,
    alice: "User",
    page: Any,
    window: Callable[..., Any],
    look: Callable[..., None],
    complaints: list[str],
) -> None:
    from generation.posts.tests.posts import a_post

    post = a_post(alice, "Why the tides come twice a day", text=TEXT)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/posts/{post.pk}")
    page.get_by_role("link", name="Share").click()
    look(page, "share-none")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Create link").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Your link is ready").wait_for()
    page.get_by_label("Let search engines find it").check()
    page.get_by_role("button", name="Create link").click()
    page.get_by_text("Search engines may find it").wait_for()
    look(page, "share")
    page.get_by_role("button", name="Copy link").first.click()
    page.get_by_text("Copied").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")

    reader = window()
    reader.goto(address)
    reader.get_by_role("heading", name="Why the tides come twice a day").wait_for()
    look(reader, "shared")

    page.goto("/settings/sharing")
    look(page, "settings-sharing")
    page.get_by_role("button", name="Turn off").first.click()
    page.get_by_text("The link is off").wait_for()
    reader.reload()
    reader.get_by_text("This link doesn’t work").wait_for()
    complaints.clear()  # Chromium says of every 404 that it is one
    look(reader, "shared-off")


def test_a_shared_page_from_right_to_left(
    transactional_db: None, alice: "User", window: Callable[..., Any], look: Callable[..., None]
) -> None:
    from generation.posts.sharing import share
    from generation.posts.tests.posts import a_post

    post = a_post(alice, "كيف يعمل المد والجزر", text="القمر يجذب البحر. " * 30, language="ar")
    reader = window()
    reader.goto(f"/shared/{share(alice, post.pk).token}")
    look(reader, "shared-rtl")
