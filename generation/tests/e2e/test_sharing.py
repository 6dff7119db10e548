"""How a post goes to the world: what search engines make of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

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
