"""The web process killed while workers go on: readers come back to the same text, and no run dies with it."""

import pytest

from blogai.tests.chaos.house import House
from blogai.tests.processes import until
from generation.llm.simulated import Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


def test_a_run_outlives_the_web_process(house: House) -> None:
    house.have_workers(1)
    house.openai.pace = Pace(seconds_per_call=1.5)
    runs = [house.write(f"Sockets that close {number}", 3) for number in range(2)]
    until(lambda: all(reader.page.texts for run in runs for reader in run.readers), "the first words")
    house.kill_web()
    house.start_web()
    for run in runs:
        assert house.text(run)
        assert len(house.taken(run)) == 1
        assert all(reader.connections > 1 for reader in run.readers)
