"""Scenarios as data: what befalls the house while posts are written, composed from a seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from blogai.tests.chaos.house import House, Started
from generation.llm.simulated import faults

LASTS = 2.0
"""Seconds in which everything befalls it."""
FAULTS_EACH = 2


@dataclass(frozen=True, slots=True)
class Befalling:
    at: float
    """Seconds after the runs began."""
    what: str
    number: int
    """Decides what the fault leaves open: which worker, how many calls, at which byte."""


@dataclass(frozen=True, slots=True)
class Scenario:
    seed: int
    sections: tuple[int, ...]
    """Of each post."""
    befallings: tuple[Befalling, ...]


def compose(seed: int) -> Scenario:
    """The scenario of a seed, the same on every machine."""
    choice = random.Random(seed)
    befallings = [
        Befalling(round(choice.uniform(0, LASTS), 2), choice.choice(list(FAULTS)), choice.randrange(1000))
        for _ in range(FAULTS_EACH)
    ]
    sections = tuple(choice.randint(1, 3) for _ in range(2))
    return Scenario(seed, sections, tuple(sorted(befallings, key=lambda each: each.at)))


def _a_worker_dies(house: House, runs: list[Started], number: int) -> None:
    house.kill(house.workers[number % len(house.workers)])
    house.launch_workers()
    house.let_leases_expire()


def _a_worker_stands_still(house: House, runs: list[Started], number: int) -> None:
    house.workers[number % len(house.workers)].pause()
    house.let_leases_expire()


def _the_web_dies(house: House, runs: list[Started], number: int) -> None:
    house.kill_web()
    house.start_web()


def _redis_is_emptied(house: House, runs: list[Started], number: int) -> None:
    house.redis.wake()
    if house.redis.runs:
        house.redis.flush()


def _postgres_restarts(house: House, runs: list[Started], number: int) -> None:
    house.stop_postgres()
    house.start_postgres()


def _the_provider_breaks(house: House, runs: list[Started], number: int) -> None:
    house.openai.script.add(faults.broken(), times=1 + number % 4)


def _streams_are_cut(house: House, runs: list[Started], number: int) -> None:
    house.openai.script.add(faults.cut_at(200 + number * 3), times=1 + number % 4)


def _the_provider_is_busy(house: House, runs: list[Started], number: int) -> None:
    house.openai.script.add(faults.busy(1), times=1 + number % 4)


def _errors_inside_streams(house: House, runs: list[Started], number: int) -> None:
    house.openai.script.add(faults.error_after(number % 50), times=1 + number % 4)


def _somebody_cancels(house: House, runs: list[Started], number: int) -> None:
    """Or comes too late for that, or while Postgres is away."""
    reply = house.client.post(f"/api/v1/runs/{runs[number % len(runs)].id}/cancel")
    assert reply.status_code in (200, 409, 503), reply.text


FAULTS: dict[str, Callable[[House, list[Started], int], None]] = {
    "a worker dies": _a_worker_dies,
    "a worker stands still": _a_worker_stands_still,
    "the web dies": _the_web_dies,
    "Redis dies": lambda house, runs, number: house.redis.kill(),
    "Redis hangs": lambda house, runs, number: house.redis.hang(),
    "Redis is emptied": _redis_is_emptied,
    "Postgres restarts": _postgres_restarts,
    "connections are cut": lambda house, runs, number: house.cut_connections(),
    "the provider breaks": _the_provider_breaks,
    "streams are cut": _streams_are_cut,
    "the provider is busy": _the_provider_is_busy,
    "errors come inside streams": _errors_inside_streams,
    "somebody cancels": _somebody_cancels,
}
