import os
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from generation.llm import simulated
from generation.llm.simulated import Server
from generation.llm.tests.fakes import Fake, Llmock, Simulated
from generation.llm.tests.third_party import FAKELLM, LLMOCK, CannotInstall, ThirdParty


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated.serve() as running:
        yield running


@pytest.fixture(scope="session")
def llmock_url() -> Iterator[str]:
    with _running(LLMOCK) as url:
        yield url


@pytest.fixture(scope="session")
def fakellm_url() -> Iterator[str]:
    with _running(FAKELLM) as url:
        yield url


def _running(fake: ThirdParty) -> AbstractContextManager[str]:
    try:
        fake.install()
    except CannotInstall as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{fake.package} cannot be installed here: {error}")
    return fake.running()


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
