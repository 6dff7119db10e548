"""A running Blog AI, named by BLOG_AI_URL and BLOG_AI_KEY."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator

import pytest
from proxy import Proxy

from blog_ai import BlogAI, Retry

PATIENT = Retry(attempts=8, first_pause=0.05)
"""Quick, for tests."""


def variable(name: str) -> str:
    value = os.environ.get(name)
    assert value, f"These tests ask a running Blog AI: set {name}, see the README."
    return value


@pytest.fixture(scope="session")
def url() -> str:
    return variable("BLOG_AI_URL")


@pytest.fixture(scope="session")
def key() -> str:
    return variable("BLOG_AI_KEY")


@pytest.fixture
def client(url: str, key: str) -> Iterator[BlogAI]:
    with BlogAI(api_key=key, base_url=url, retry=PATIENT) as client:
        yield client


@pytest.fixture
def topic() -> str:
    """Of this test alone, so that its runs can be counted."""
    return f"How tides work {uuid.uuid4()}"


@pytest.fixture
def proxy(url: str) -> Iterator[Callable[..., Proxy]]:
    """`proxy(0, 900)`: a proxy to the server that cuts off the first two connections, at these bytes."""
    open_ones: list[Proxy] = []

    def start(*cuts: int) -> Proxy:
        open_ones.append(Proxy(url, list(cuts)))
        return open_ones[-1]

    yield start
    for each in open_ones:
        each.close()
