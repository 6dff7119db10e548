"""A model rewrites a section, and its writer decides: in a browser without a script."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from generation.llm.simulated import Answer, Server

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.e2e

OLD = "The moon pulls, and the sea follows. It has done so for a very long time, in every bay of every coast."
NEW = "The moon pulls, and the sea follows in every bay."


@pytest.fixture
def post(transactional_db: None, alice: "User", model: Server) -> str:
    """The address of a post, for which the model has an idea."""
    from generation.posts.tests.posts import a_post

    model.script.add(Answer(text=NEW), prompt="blog-passage")
    return f"/posts/{a_post(alice, 'Why the tides come twice a day', text=OLD).pk}"


def test_without_a_script(
    post: str, session: str, window: Callable[..., Any], look: Callable[..., None]
) -> None:
    page = window(session, java_script_enabled=False)
    page.goto(post)
    page.get_by_role("link", name="Suggest a change").click()
    page.get_by_label("Section").select_option("The pull of the moon")
    page.get_by_role("radio", name="Shorter").check()
    page.get_by_role("button", name="Get a suggestion").click()
    page.get_by_role("button", name="Accept").wait_for(timeout=30_000)  # it loads again by itself
    assert page.locator("del").count() and page.locator("ins").count()
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("Accepted. The rest of your post is as it was.").wait_for()
    assert NEW in page.locator("#section-1").inner_text()


def test_how_it_looks(post: str, page: Any, look: Callable[..., None]) -> None:
    page.goto(f"{post}/suggest")
    look(page, "suggest")
    page.get_by_label("Section").select_option("The pull of the moon")
    page.get_by_role("button", name="Get a suggestion").click()
    page.get_by_role("button", name="Accept").wait_for(timeout=30_000)
    look(page, "suggestion")
    page.goto(post)
    look(page, "post-with-a-suggestion")
    page.get_by_role("link", name="1 suggestion").click()
    page.get_by_role("heading", name="Suggestions").wait_for()
    look(page, "suggestions")


def ask_for(page: Any, wish: str) -> None:
    page.locator("#suggest summary").click()
    page.locator("#suggest [data-price]").get_by_text("This takes 1 assist.").wait_for()
    page.get_by_role("button", name=wish, exact=True).click()


def test_in_the_editor(post: str, page: Any, look: Callable[..., None], complaints: list[str]) -> None:
    page.goto(f"{post}/edit")
    page.locator("html[data-editor=ready]").wait_for()
    text = page.locator(".cm-content")
    text.get_by_text("The moon pulls").click()
    page.locator("#suggest summary").click()
    page.get_by_text("You have 30 of 30 left this month.").wait_for()
    look(page, "edit-suggest-menu", whole=False)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Shorter", exact=True).click()
    page.get_by_role("button", name="Accept all").wait_for(timeout=30_000)
    look(page, "edit-suggestion", whole=False)
    page.set_viewport_size({"width": 1280, "height": 900})
    with page.expect_response(lambda reply: reply.url.endswith("/text") and reply.request.method == "PUT"):
        page.get_by_role("button", name="Accept all").click()
    text.get_by_text(NEW).wait_for()
    page.goto(post)
    assert page.locator("#section-1 .part-text").inner_text() == NEW
    assert page.get_by_text("waits for you").count() == 0
    assert complaints == []


def test_dropped_or_decided_later_in_the_editor(post: str, page: Any, model: Server) -> None:
    page.goto(f"{post}/edit")
    page.locator("html[data-editor=ready]").wait_for()
    text = page.locator(".cm-content")
    text.get_by_text("The moon pulls").click()
    ask_for(page, "Shorter")
    page.get_by_role("button", name="Decide later").click(timeout=30_000)
    page.get_by_text("The suggestion waits for you.").first.wait_for()
    page.get_by_role("link", name="All suggestions").click()
    page.get_by_role("link", name="Shorter").wait_for()
    page.goto(f"{post}/edit")
    page.locator("html[data-editor=ready]").wait_for()
    text.get_by_text("The moon pulls").click()
    model.script.add(Answer(text=NEW), prompt="blog-passage")
    ask_for(page, "Simpler")
    with page.expect_response(lambda reply: reply.url.endswith("/drop")):
        page.get_by_role("button", name="Drop all").click(timeout=30_000)
    text.get_by_text("It has done so").wait_for()
    page.goto(f"{post}/suggestions")
    assert page.get_by_role("link", name="Simpler").count() == 0


def test_a_failure_in_the_editor(post: str, page: Any, model: Server) -> None:
    model.script.clear()
    model.script.add(Answer(text=""), prompt="blog-passage", times=2)
    page.goto(f"{post}/edit")
    page.locator("html[data-editor=ready]").wait_for()
    page.locator(".cm-content").get_by_text("The moon pulls").click()
    ask_for(page, "Shorter")
    page.locator("#suggesting").get_by_text("nothing was counted").wait_for(timeout=30_000)
    page.locator("#suggesting").get_by_role("button", name="Close").click()
    page.locator("#suggest summary").click()
    page.get_by_text("You have 30 of 30 left this month.").wait_for()
