from collections.abc import Iterator

import pytest
from pytest_django import Settings

from generation.llm import simulated
from generation.llm.simulated import Server


@pytest.fixture
def provider(settings: Settings) -> Iterator[Server]:
    """The simulated model, configured as the only provider."""
    with simulated.serve() as server:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "simulated", server.openai_url
        yield server


@pytest.fixture
def slow_provider(settings: Settings) -> Iterator[Server]:
    """The same, taking its time for every call."""
    with simulated.serve(seconds_per_call=0.3) as server:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "simulated", server.openai_url
        yield server


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Channels closes connections between messages, which would end a test's transaction."""
    monkeypatch.setattr("channels.db.close_old_connections", lambda **kwargs: None)
    monkeypatch.setattr("channels.consumer.aclose_old_connections", _nothing)


async def _nothing() -> None: ...
