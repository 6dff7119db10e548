"""What people and models put in that is not what anybody expects, in a browser as narrow as they get."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from generation.llm.simulated import Answer, Server
from generation.tests.e2e.test_walk import PASSWORD, sign_up
from generation.tests.e2e.test_writing import TOPIC, wait_until_done, write

pytestmark = pytest.mark.e2e

NARROW = {"width": 320, "height": 640}
SCRIPT = '"><script>document.title = "taken"</script><img src=x onerror="document.title=\'taken\'">'
HUGE = "Donaudampfschifffahrtsgesellschaftskapitän" * 11
INPUTS = {
    "script": SCRIPT,
    "huge-word": HUGE,
    "500-characters": ("On tides and " * 40)[:500],
    "rtl": "كيف يعمل المد والجزر \u202eولماذا",
    "cjk": "潮の満ち引きはなぜ一日に二回起こるのか" * 10,
}


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("topic", INPUTS.values(), ids=INPUTS.keys())
def test_any_topic(
    session: str, window: Callable[..., Any], model: Server, complaints: list[str], topic: str
) -> None:
    page = window(session, viewport=NARROW)
    write(page, topic, sections=1)
    page.locator("#parts .part-growing").first.wait_for()
    assert fits(page)
    wait_until_done(page)
    assert fits(page)
    page.goto("/posts")
    assert fits(page)
    assert "taken" not in page.title()
    assert complaints == []


@pytest.mark.parametrize("text", INPUTS.values(), ids=INPUTS.keys())
def test_any_field(session: str, window: Callable[..., Any], complaints: list[str], text: str) -> None:
    page = window(session, viewport=NARROW)
    page.goto("/settings")
    page.get_by_label("Name").fill(text[:150])
    page.get_by_role("button", name="Save profile").click()
    page.get_by_text("Your profile is saved.").first.wait_for()
    assert page.get_by_label("Name").input_value() == text[:150].strip()
    page.locator(".menu summary").click()
    assert fits(page)
    page.goto("/settings/api-keys")
    page.get_by_label("Name").fill(text[:100])
    page.get_by_role("button", name="Create key").click()
    page.get_by_text("Copy the key now.").wait_for()
    assert fits(page)
    page.goto("/posts?q=" + text[:200])
    assert fits(page)
    page.goto("/new")
    page.get_by_text("More choices").click()
    for label in ("What do you want to write about?", "Readers", "Keywords"):
        page.get_by_label(label).fill(text)
    page.get_by_label("Length in words").fill("1")  # so that it is refused and all of it is shown again
    page.get_by_role("button", name="Write post").click()
    page.get_by_text("at least 150 words").wait_for()
    assert page.get_by_label("What do you want to write about?").input_value() == text
    assert page.get_by_label("Keywords").input_value() == text
    assert fits(page)
    assert "taken" not in page.title()
    assert [each for each in complaints if "422" not in each] == []


def test_a_session_that_ended_while_the_form_was_open(window: Callable[..., Any]) -> None:
    page = window()
    sign_up(page, "away@example.com")
    page.get_by_label("What do you want to write about?").fill(TOPIC)
    page.get_by_text("More choices").click()
    page.get_by_label("Sections").select_option("2")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Write post").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.get_by_label("Email").fill("away@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile("/new"))
    assert page.get_by_label("What do you want to write about?").input_value() == TOPIC
    assert page.get_by_label("Sections").input_value() == "2"


def test_any_text_of_a_model(session: str, window: Callable[..., Any], model: Server) -> None:
    page = window(session, viewport=NARROW)
    model.script.add(Answer(text=SCRIPT + " " + HUGE), schema=False, skip=1, times=1)
    write(page, sections=1)
    wait_until_done(page)
    assert fits(page)
    assert "taken" not in page.title()
