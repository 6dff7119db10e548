"""Whatever befalls the house at once: every run ends, whole or as its owner wished, and all adds up."""

import time

import pytest

from blogai.tests.chaos.composer import FAULTS, compose
from blogai.tests.chaos.house import House
from generation.llm.simulated import Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed(house: House, seed: int) -> None:
    scenario = compose(seed)
    print(scenario)
    house.have_workers(2)
    house.openai.pace = Pace(seconds_per_call=0.6)
    began = time.monotonic()
    runs = [house.write(f"Seed {seed}, post {n}", count) for n, count in enumerate(scenario.sections)]
    for each in scenario.befallings:
        time.sleep(max(0, began + each.at - time.monotonic()))
        FAULTS[each.what](house, runs, each.number)

    house.repair(providers=False)
    for run in runs:
        if house.ended(run) == "completed":
            assert house.text(run)
        else:
            assert [reader.at_the_end().ending for reader in run.readers] == ["run.cancelled"] * 2


def test_the_seeds_leave_out_no_fault() -> None:
    assert {each.what for seed in SEEDS for each in compose(seed).befallings} == set(FAULTS)
