"""Random faults at the same time: every run ends as it should, and the database stays consistent."""

import time

import pytest

from blogai.tests.chaos.deployment import Deployment
from blogai.tests.chaos.scenarios import FAULTS, scenario_for
from generation.llm.simulated import Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed(deployment: Deployment, seed: int) -> None:
    scenario = scenario_for(seed)
    print(scenario)
    deployment.set_worker_count(2)
    deployment.openai.pace = Pace(seconds_per_call=0.6)
    began = time.monotonic()
    runs = [deployment.write(f"Seed {seed}, post {n}", count) for n, count in enumerate(scenario.sections)]
    for each in scenario.schedule:
        time.sleep(max(0, began + each.at - time.monotonic()))
        FAULTS[each.what](deployment, runs, each.number)

    deployment.repair(providers=False)
    for run in runs:
        if deployment.ended(run) == "completed":
            assert deployment.text(run)
        else:
            assert [watcher.at_the_end().ending for watcher in run.watchers] == ["run.cancelled"] * 2


def test_the_seeds_leave_out_no_fault() -> None:
    assert {each.what for seed in SEEDS for each in scenario_for(seed).schedule} == set(FAULTS)
