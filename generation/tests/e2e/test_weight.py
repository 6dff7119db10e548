"""What the first page costs somebody who has never been here, and what it plays to them."""

from collections.abc import Callable
from typing import Any

import pytest

from blogai.tests.processes import until

pytestmark = pytest.mark.e2e


def test_the_first_page_is_light(window: Callable[..., Any]) -> None:
    page = window()
    replies: list[Any] = []
    page.context.on("response", lambda reply: replies.append(reply))
    page.goto("/", wait_until="networkidle")
    page.locator("footer").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    weights = [(reply.url, len(reply.body())) for reply in replies if reply.request.resource_type != "font"]
    print(weights)
    assert len(replies) <= 8
    assert sum(weight for _, weight in weights) < 100_000
    assert all(weight for _, weight in weights)


def test_the_sample_plays_and_can_be_paused(window: Callable[..., Any]) -> None:
    page = window()
    page.goto("/")
    sample = page.get_by_role("region", name="A post being written")
    sample.locator(".part[data-state=writing]").first.wait_for()
    sample.get_by_role("button", name="Pause").click()
    unwritten = sample.locator("[data-unwritten]")
    left = unwritten.count()
    assert left
    sample.get_by_role("button", name="Play").click()
    until(lambda: unwritten.count() < left)
    still = window(reduced_motion="reduce")
    still.goto("/")
    still.get_by_role("button", name="Play again").wait_for()
    assert still.locator("[data-unwritten]").count() == 0
