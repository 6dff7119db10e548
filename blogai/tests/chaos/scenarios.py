"""Chaos scenarios, generated from a seed: which faults happen while posts are being written."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from blogai.tests.chaos.deployment import Deployment, WatchedRun
from generation.llm.simulated import faults

DURATION = 2.0
"""Seconds during which all faults happen."""
FAULTS_PER_SCENARIO = 2


@dataclass(frozen=True, slots=True)
class ScheduledFault:
    at: float
    """Seconds after the runs began."""
    what: str
    number: int
    """Determines the details of the fault: which worker, how many calls, at which byte."""


@dataclass(frozen=True, slots=True)
class Scenario:
    seed: int
    sections: tuple[int, ...]
    """The number of sections of each post."""
    schedule: tuple[ScheduledFault, ...]


def scenario_for(seed: int) -> Scenario:
    """The scenario of a seed, the same on every machine."""
    choice = random.Random(seed)
    schedule = [
        ScheduledFault(
            round(choice.uniform(0, DURATION), 2), choice.choice(list(FAULTS)), choice.randrange(1000)
        )
        for _ in range(FAULTS_PER_SCENARIO)
    ]
    sections = tuple(choice.randint(1, 3) for _ in range(2))
    return Scenario(seed, sections, tuple(sorted(schedule, key=lambda each: each.at)))


def _a_worker_dies(deployment: Deployment, runs: list[WatchedRun], number: int) -> None:
    deployment.kill(deployment.workers[number % len(deployment.workers)])
    deployment.launch_workers()
    deployment.expire_leases()


def _a_worker_stands_still(deployment: Deployment, runs: list[WatchedRun], number: int) -> None:
    deployment.workers[number % len(deployment.workers)].pause()
    deployment.expire_leases()


def _the_web_server_dies(deployment: Deployment, runs: list[WatchedRun], number: int) -> None:
    deployment.kill_web()
    deployment.start_web()


def _redis_is_emptied(deployment: Deployment, runs: list[WatchedRun], number: int) -> None:
    deployment.redis.wake()
    if deployment.redis.runs:
        deployment.redis.flush()


def _postgres_restarts(deployment: Deployment, runs: list[WatchedRun], number: int) -> None:
    deployment.stop_postgres()
    deployment.start_postgres()


def _the_provider_breaks(deployment: Deployment, runs: list[WatchedRun], number: int) -> None:
    deployment.openai.script.add(faults.broken(), times=1 + number % 4)


def _streams_are_cut(deployment: Deployment, runs: list[WatchedRun], number: int) -> None:
    deployment.openai.script.add(faults.cut_at(200 + number * 3), times=1 + number % 4)


def _the_provider_is_busy(deployment: Deployment, runs: list[WatchedRun], number: int) -> None:
    deployment.openai.script.add(faults.busy(1), times=1 + number % 4)


def _errors_inside_streams(deployment: Deployment, runs: list[WatchedRun], number: int) -> None:
    deployment.openai.script.add(faults.error_after(number % 50), times=1 + number % 4)


def _somebody_cancels(deployment: Deployment, runs: list[WatchedRun], number: int) -> None:
    """Somebody cancels a run, perhaps too late or while Postgres is down."""
    reply = deployment.client.post(f"/api/v1/runs/{runs[number % len(runs)].id}/cancel")
    assert reply.status_code in (200, 409, 503), reply.text


FAULTS: dict[str, Callable[[Deployment, list[WatchedRun], int], None]] = {
    "a worker dies": _a_worker_dies,
    "a worker stands still": _a_worker_stands_still,
    "the web dies": _the_web_server_dies,
    "Redis dies": lambda deployment, runs, number: deployment.redis.kill(),
    "Redis hangs": lambda deployment, runs, number: deployment.redis.hang(),
    "Redis is emptied": _redis_is_emptied,
    "Postgres restarts": _postgres_restarts,
    "connections are cut": lambda deployment, runs, number: deployment.cut_connections(),
    "the provider breaks": _the_provider_breaks,
    "streams are cut": _streams_are_cut,
    "the provider is busy": _the_provider_is_busy,
    "errors come inside streams": _errors_inside_streams,
    "somebody cancels": _somebody_cancels,
}
