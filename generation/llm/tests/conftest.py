import os
from collections.abc import Iterator

import pytest

from generation.llm import simulated
from generation.llm.simulated import Server
from generation.llm.tests import llmock
from generation.llm.tests.fakes import Fake, Llmock, Simulated


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated.serve() as running:
        yield running


@pytest.fixture(scope="session")
def llmock_url() -> Iterator[str]:
    try:
        llmock.python()
    except llmock.CannotInstall as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"llmock cannot be installed here: {error}")
    with llmock.running() as url:
        yield url


@pytest.fixture(params=["simulated", pytest.param("llmock", marks=pytest.mark.worker)])
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    """A fake provider: ours, and one that others wrote."""
    if request.param == "llmock":
        other = Llmock(request.getfixturevalue("llmock_url"))
        other.reset()
        yield other
        return
    with simulated.serve() as running:
        yield Simulated(running)
