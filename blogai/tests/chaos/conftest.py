"""One deployment for all chaos tests. After each of them, its database must be consistent."""

from collections.abc import Iterator

import pytest

from blogai.tests.chaos.deployment import Deployment
from blogai.tests.folders import open_folder


@pytest.fixture(scope="session")
def _deployment() -> Iterator[Deployment]:
    with open_folder() as folder:
        deployment = Deployment(folder)
        try:
            deployment.open()
            yield deployment
        finally:
            deployment.close()


@pytest.fixture
def deployment(_deployment: Deployment) -> Iterator[Deployment]:
    _deployment.repair()
    yield _deployment
    for process in (_deployment.web, *_deployment.workers):
        lines = [line for line in process.printed if "psycopg.pool" not in line]
        print(f"== {' '.join(process.PROGRAM)}", *lines[-25:], sep="\n")
    assert _deployment.broken() == []
