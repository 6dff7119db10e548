from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from generation.llm import registry, simulated
from generation.llm.providers import learned
from generation.llm.simulated import Server


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


@pytest.fixture
def provider(settings: Settings) -> Iterator[Server]:
    """The simulated model, configured as the only provider."""
    with simulated.serve() as server:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "simulated", server.openai_url
        yield server


@pytest.fixture
def slow_provider(settings: Settings) -> Iterator[Server]:
    """The same, but slow: every call takes 0.3 seconds."""
    with simulated.serve(seconds_per_call=0.3) as server:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "simulated", server.openai_url
        yield server


@pytest.fixture(autouse=True)
def _nothing_learned() -> None:
    """No test knows what another one found out about a model behind the same port."""
    learned.forget()
    registry.forget_capacities()


@pytest.fixture(autouse=True)
def _one_connection(one_connection: None) -> None:
    """For every socket here."""


@pytest.fixture(autouse=True)
def _commit_hooks_run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run `on_commit` hooks immediately, because a test's transaction never commits."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        return
    monkeypatch.setattr(transaction, "on_commit", lambda hook, **_: hook())
