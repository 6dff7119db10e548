"""From the demo model to a real one: connect an address on the page, and it writes the next post."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from generation.llm.simulated import Failure, Server
from generation.tests.e2e.site import Site
from generation.tests.e2e.test_walk import press, tab_to
from generation.tests.e2e.test_writing import wait_until_done, write

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.e2e

KEY = "sk-proj-0123456789-abcdefghijklm-WXYZ"


@pytest.fixture
def demo_site(another_site: Callable[..., Site]) -> Site:
    """A site without any variable set, where the demo model writes."""
    return another_site()


@pytest.fixture
def demo_post(transactional_db: None, alice: "User") -> str:
    """The address of a post that the demo model wrote."""
    from generation.posts.tests.posts import a_post

    return f"/posts/{a_post(alice, 'What grows in the shade', written_by=('local', 'SmolLM2-135M')).pk}"


def test_a_model_is_connected_without_a_restart(
    demo_site: Site,
    demo_post: str,
    session: str,
    model: Server,
    window: Callable[..., Any],
    complaints: list[str],
) -> None:
    page = window(session, at=demo_site)
    page.goto(demo_post)
    page.locator(".demo-note").get_by_role("link", name="connect a model").click()
    page.wait_for_url("**/connect")
    page.get_by_label("Address").fill(model.openai_url)
    page.get_by_label("Model").last.fill("simulated-1")
    page.get_by_role("button", name="Test and connect").last.click()
    page.get_by_text("simulated-1 is connected and will write your next post.").wait_for()
    page.get_by_role("link", name="New post").last.click()
    page.get_by_text("simulated-1 writes it. We don’t know its price").wait_for()
    asked = len(model.calls)
    write(page, sections=1)
    wait_until_done(page)
    assert len(model.calls) == asked + 5
    assert "Model: simulated-1." in (page.locator("#receipt").text_content() or "")
    assert page.locator(".demo-note").count() == 0
    page.goto("/connect")
    page.get_by_role("button", name="Disconnect").click()
    page.get_by_text("its key deleted").wait_for()
    page.goto("/new")
    page.get_by_text("This demo model is tiny.").wait_for()
    assert complaints == []


def test_with_the_keyboard_alone(
    demo_site: Site, session: str, model: Server, window: Callable[..., Any]
) -> None:
    page = window(session, at=demo_site)
    page.goto("/new")
    press(page, "Connect a model")
    page.wait_for_url("**/connect")
    tab_to(page, "Address")
    page.keyboard.type("http://127.0.0.1:1/v1")
    tab_to(page, "Model (optional)")
    page.keyboard.type("simulated-1")
    page.keyboard.press("Enter")
    page.get_by_text("Nothing is answering at this address").wait_for()
    assert page.get_by_role("alert").evaluate("notice => notice === document.activeElement")
    press(page, "Check “Address”")  # leads to the invalid field
    assert page.get_by_label("Address").evaluate("field => field === document.activeElement")
    page.keyboard.press("Control+A")
    page.keyboard.type(model.openai_url)
    page.keyboard.press("Enter")
    page.get_by_text("simulated-1 is connected and").wait_for()


def test_a_model_is_chosen_and_the_quote_follows(
    another_site: Callable[..., Site],
    session: str,
    model: Server,
    window: Callable[..., Any],
    complaints: list[str],
    look: Callable[..., None],
) -> None:
    two = another_site(
        OPENAI_API_KEY="simulated",
        OPENAI_BASE_URL=model.openai_url,
        OPENAI_MODEL="gpt-5.2",
        ANTHROPIC_API_KEY="simulated",
        ANTHROPIC_BASE_URL=model.anthropic_url,
        ANTHROPIC_MODEL="claude-haiku-4-5",
    )
    page = window(session, at=two)
    page.goto("/new")
    page.get_by_label("What do you want to write about?").fill("Tides")
    page.get_by_text("More choices").click()
    page.get_by_label("Model").select_option(label="claude-haiku-4-5 · about $0.02 a post")
    page.get_by_text("claude-haiku-4-5 writes it for about $0.02.").wait_for()
    look(page, "new-model")
    page.reload()  # the draft outlives it, and so does the choice
    page.get_by_text("claude-haiku-4-5 writes it for about $0.02.").wait_for()
    page.get_by_role("button", name="Write post").click()
    wait_until_done(page)
    assert "Model: claude-haiku-4-5." in (page.locator("#receipt").text_content() or "")
    assert complaints == []


def test_without_javascript(demo_site: Site, session: str, model: Server, window: Callable[..., Any]) -> None:
    page = window(session, at=demo_site, java_script_enabled=False)
    page.goto("/connect")
    page.get_by_label("Address").fill(model.openai_url)
    page.get_by_role("button", name="Test and connect").last.click()
    page.get_by_text("simulated-1 is connected and").wait_for()


def test_how_it_looks(
    demo_site: Site,
    session: str,
    model: Server,
    window: Callable[..., Any],
    complaints: list[str],
    look: Callable[..., None],
) -> None:
    page = window(session, at=demo_site)
    page.goto("/connect")
    look(page, "connect")
    model.script.add(Failure(401))
    page.get_by_label("Address").fill(model.openai_url)
    page.get_by_label("Model").last.fill("simulated-1")
    page.get_by_label("Key").last.fill(KEY)
    page.get_by_role("button", name="Test and connect").last.click()
    page.get_by_text("The server didn’t accept this key.").wait_for()
    complaints.clear()  # Chromium says of every 422 that it is one
    look(page, "connect-refused")
    page.get_by_label("Key").last.fill(KEY)
    page.get_by_role("button", name="Test and connect").last.click()
    page.get_by_role("button", name="Disconnect").wait_for()
    look(page, "connect-connected")
    page.get_by_role("link", name="New post").last.click()
    look(page, "new-connected")
