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


def test_two_tries_side_by_side(
    transactional_db: None, alice: "User", page: Any, look: Callable[..., None]
) -> None:
    from generation.posts.tests.posts import a_post
    from generation.web.tests.test_compare_posts import a_try

    first = a_try(alice, "How tides work", text="The moon pulls. The **sea** follows, twice a day.")
    second = a_try(alice, "Why the sea comes and goes", tone="formal", text="The moon pulls. Water answers.")
    second.parts = [
        *second.parts[:1],
        {"name": "section-1", "heading": "What the sun adds", "text": "It pulls too, half as much."},
        {**second.parts[1], "name": "section-2"},
        {**second.parts[2], "text": "Swim with care."},
    ]
    second.save()
    page.goto(f"/posts/compare?a={a_post(alice).pk}")
    page.get_by_text("no other try").wait_for()
    page.goto(f"/posts/{first.pk}")
    look(page, "post-again")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Compare", exact=True).click()
    page.get_by_role("heading", name="Compare with another post").wait_for()
    look(page, "compare-choice")
    page.get_by_role("link", name=second.title).click()
    page.get_by_role("heading", name="Two posts compared").wait_for()
    look(page, "compare-posts")
