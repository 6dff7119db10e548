"""The library with a person in front: ticking, stars, filters, the trash; and how it looks."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.e2e


@pytest.fixture
def desk(transactional_db: None, alice: "User") -> list[str]:
    """Titles of posts, oldest first: with tags, a star, a very long title, and from right to left."""
    from generation.models import Post
    from generation.posts.tests.posts import a_post

    titles = [
        "Why the tides come twice a day",
        "On " + " and ".join(["Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"] * 4),
        "كيف يعمل المد والجزر",
        "What grows in the shade",
    ]
    for title, language in zip(titles, ("en", "de", "ar", "en"), strict=True):
        a_post(alice, title, language=language)
    Post.objects.filter(title=titles[0]).update(is_favorite=True, tags=["sea", "Naturwissenschaften " * 2])
    return titles


def test_the_desk(desk: list[str], page: Any, look: Callable[..., None]) -> None:
    page.goto("/posts?favourite=1&tag=sea&language=en&since=2026-01-01&q=tide")
    page.get_by_text("Save this view").click()
    look(page, "desk-filters")
    page.get_by_label("Name of the view").fill("The sea")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved as “The sea”.").wait_for()
    page.goto("/posts")
    page.get_by_role("button", name=f"Favorite: {desk[3]}").click()
    page.locator(f'.star-button[aria-pressed="true"]:has-text("{desk[3]}")').wait_for()
    page.get_by_label(f"Select {desk[3]}").click()
    page.get_by_label(f"Select {desk[0]}").click(modifiers=["Shift"])
    page.get_by_text("With 4 selected posts:").wait_for()
    look(page, "desk-selected")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_text("Filter", exact=True).click()
    look(page, "desk-filter-open", whole=False)
    page.goto("/posts/views")
    look(page, "desk-views")
    page.goto("/posts")
    for title in (desk[1], desk[2]):
        page.get_by_label(f"Select {title[:20]}").check()
    page.get_by_role("button", name="Delete", exact=True).last.click()
    page.get_by_text("Moved 2 posts to the trash, for 30 days.").wait_for()
    page.get_by_role("link", name="Trash").click()
    look(page, "desk-trash")
    page.get_by_role("button", name="Empty trash").click()
    page.get_by_role("heading", name="Empty the trash?").wait_for()
    look(page, "desk-empty-trash")
    page.get_by_role("button", name="Delete 2 posts").click()
    page.get_by_text("The trash is empty.").wait_for()


def test_the_desk_without_javascript(desk: list[str], session: str, window: Callable[..., Any]) -> None:
    page = window(session, java_script_enabled=False)
    page.goto("/posts")
    assert not page.get_by_role("button", name="Add tag").is_visible()
    page.get_by_label(f"Select {desk[3]}").check()
    page.get_by_label("Tag", exact=True).last.fill("shade")
    page.get_by_role("button", name="Add tag").click()
    page.get_by_text("Tagged 1 post “shade”.").wait_for()
    page.get_by_role("link", name="shade", exact=True).click()
    assert page.locator(".entry").count() == 1
    page.get_by_role("button", name=f"Favorite: {desk[3]}").click()
    assert page.locator('.star-button[aria-pressed="true"]').count() == 1
