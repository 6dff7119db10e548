"""Reviewing an outline: from the choice in the form to the post, by keyboard and without a script."""

from collections.abc import Callable
from typing import Any

import pytest

from generation.llm.simulated import Server
from generation.tests.e2e.test_writing import TOPIC, wait_until_done

pytestmark = pytest.mark.e2e


def ask_for_review(page: Any, sections: int = 2) -> None:
    """Start a post whose outline is reviewed first, and wait for its form."""
    page.goto(f"/new?topic={TOPIC}&sections={sections}")
    page.get_by_label("Review the outline first").check()
    page.get_by_role("button", name="Write post").click()
    page.get_by_role("heading", name="Outline ready").wait_for()


def test_by_keyboard_from_the_outline_to_the_post(page: Any, complaints: list[str]) -> None:
    ask_for_review(page)
    assert page.title().startswith("Outline ready · ")
    second = page.get_by_label("Heading", exact=True).nth(1).input_value()
    page.get_by_role("button", name="Move section 2 up").press("Enter")
    page.locator("[value='down.0']:focus").wait_for()  # the cursor goes with the section
    assert page.get_by_label("Heading", exact=True).nth(0).input_value() == second
    page.get_by_role("button", name="Add a section").press("Enter")
    page.locator("#heading-2:focus").wait_for()
    page.keyboard.type("What the shore does")
    page.keyboard.press("Enter")  # saves
    page.get_by_text("Outline saved.").wait_for()
    assert page.get_by_label("Heading", exact=True).nth(2).input_value() == "What the shore does"
    page.get_by_label("Title").fill("Ebb and flow")
    page.get_by_role("button", name="Write post").press("Enter")
    wait_until_done(page)
    assert page.locator("h1").inner_text() == "Ebb and flow"
    assert page.get_by_role("heading", name="What the shore does").is_visible()
    assert complaints == []


def test_without_a_script(session: str, window: Callable[..., Any], model: Server) -> None:
    page = window(session, java_script_enabled=False)
    ask_for_review(page)
    page.get_by_role("button", name="Remove section 2").click()
    page.get_by_role("button", name="Write post").click()
    page.locator("#parts").wait_for()
    page.locator(".post-next summary").click(timeout=30_000)
    assert page.locator(".post-next").get_by_role("link", name="Markdown").is_visible()
    assert page.locator("#parts [data-part^=section]").count() <= 1
