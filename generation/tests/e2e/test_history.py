"""The history of a post, as a person finds, reads and restores it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.e2e


def test_history(
    transactional_db: None, alice: "User", page: Any, look: Callable[..., None], complaints: list[str]
) -> None:
    from generation.editing.services import save_text, text_of
    from generation.posts.tests.posts import a_post

    post = a_post(alice, "Why the tides come twice a day")
    text = text_of(post).text.replace("The moon pulls, and", "The moon pulls hard. In the end")
    save_text(alice, post.pk, base=1, text=text)
    save_text(alice, post.pk, base=1, text=text_of(post).text + "\n\nA [table](https://example.com) helps.")
    page.goto(f"/posts/{post.pk}")
    page.get_by_role("link", name="History").click()
    page.get_by_role("heading", name="Version 4").wait_for()
    look(page, "history")
    page.get_by_role("link", name="What changed in version 2").click()
    page.get_by_text("crossed out").wait_for()
    look(page, "history-compare")
    page.get_by_label("Show").select_option("Side by side")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name="Version 2").wait_for()
    look(page, "history-beside")
    page.goto(f"/posts/{post.pk}/authors")
    page.get_by_role("link", name="You, version 2").first.wait_for()
    look(page, "history-authors")
    page.goto(f"/posts/{post.pk}/versions/1")
    page.get_by_role("button", name="Restore this version").click()
    page.get_by_text("The post is version 1 again").wait_for()
    assert complaints == []
