"""What the first page costs somebody who has never been here."""

from collections.abc import Callable
from typing import Any

import pytest

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
