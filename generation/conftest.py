from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def browser_for(request: pytest.FixtureRequest, db: None) -> Callable[[str], Client]:
    """A browser in which the person is signed in: `browser_for("alice")`."""

    def open_for(who: str) -> Client:
        browser = Client(headers={"Accept": "text/html"})
        browser.force_login(request.getfixturevalue(who))
        return browser

    return open_for


@pytest.fixture
def browser(browser_for: Callable[[str], Client]) -> Any:
    """Alice's."""
    return browser_for("alice")
