"""One house for all scenarios. Whatever a test did to it, what is in its database is in order afterwards."""

from collections.abc import Iterator

import pytest

from blogai.tests.chaos.house import House
from blogai.tests.folders import open_folder


@pytest.fixture(scope="session")
def _house() -> Iterator[House]:
    with open_folder() as folder:
        house = House(folder)
        try:
            house.open()
            yield house
        finally:
            house.close()


@pytest.fixture
def house(_house: House) -> Iterator[House]:
    _house.repair()
    yield _house
    for process in (_house.web, *_house.workers):
        lines = [line for line in process.printed if "psycopg.pool" not in line]
        print(f"== {' '.join(process.PROGRAM)}", *lines[-25:], sep="\n")
    assert _house.broken() == []
