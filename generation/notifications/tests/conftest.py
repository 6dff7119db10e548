from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from pytest_django import Settings

from generation.llm import simulated
from generation.llm.simulated import Server
from generation.notifications.tests.receiving import Receiver, serving


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver that webhooks may reach."""
    with serving() as receiver:
        settings.EGRESS_ALLOW = frozenset({(ip_address("127.0.0.1"), receiver.port)})
        yield receiver


@pytest.fixture
def inner() -> Iterator[Receiver]:
    """A receiver on an internal network, which webhooks must not reach."""
    with serving() as receiver:
        yield receiver


@pytest.fixture
def provider(settings: Settings) -> Iterator[Server]:
    """The simulated model, configured as the only provider."""
    with simulated.serve() as server:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "simulated", server.openai_url
        yield server
