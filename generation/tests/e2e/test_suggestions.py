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
