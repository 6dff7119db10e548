"""Workers that are killed or paused at every point: the same text, no finished step paid twice."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from blogai.tests.chaos.house import House, Started
from blogai.tests.chaos.steps import CALLED, SECTIONS, STEPS, calls_of, prompt_of
from blogai.tests.processes import until
from generation.llm.simulated import Answer, Gate, Pace

pytestmark = pytest.mark.chaos

RESUMED_WITHIN = 15.0
"""Seconds after the death of a run's worker in which another has it."""


def topic(checkpoint: int) -> str:
    return f"Tides after checkpoint {checkpoint}"


def hold(house: House, topic: str, *steps: str) -> Gate:
    """A gate for all calls of these steps."""
    gate = house.openai.gate()
    for step in steps:
        house.openai.script.add(Answer(gate=gate), prompt=prompt_of(step, topic), times=None)
    return gate


@contextmanager
def blocked(house: House, before: dict[str, Started]) -> Iterator[None]:
    """Runs come no further than before a step that calls no model, or "the end": its row is locked."""
    with psycopg.connect(house.database_url) as connection:
        for step, run in before.items():
            if step == "the end":
                locked = "SELECT FROM conversations WHERE id = (SELECT conversation_id FROM runs WHERE id = %s)"
                connection.execute(f"{locked} FOR UPDATE".encode(), [run.id])  # noqa: S608
            else:
                row = "SELECT FROM run_steps WHERE run_id = %s AND name = %s FOR UPDATE"
                connection.execute(row, [run.id, step])
        yield
        connection.rollback()


def waiting_for_locks(house: House) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return int(house.sql(query)[0][0])


def test_a_kill_after_any_checkpoint_costs_no_finished_step_and_no_text(house: House) -> None:
    """Nine runs, each stopped behind another one of its nine checkpoints, when all workers are killed."""
    house.have_workers(1)
    numbers = range(1, len(STEPS) + 1)
    undisturbed = {number: house.write(topic(number), SECTIONS) for number in numbers}
    texts = {number: house.text(run) for number, run in undisturbed.items()}
    house.openai.calls.clear()

    gates = {number: hold(house, topic(number), *(CALLED[number:] or ("faq",))) for number in numbers}
    started: dict[int, Started] = {}

    def begin(number: int) -> None:
        started[number] = house.write(topic(number), SECTIONS)

    def stands(number: int) -> bool:
        return house.done(started[number]) == set(STEPS[: min(number, 6)])

    house.have_workers(0)
    for number in (9, 8):  # a worker each: one that waits for a lock waits with all of its runs
        house.wait_for(*house.launch_workers(WORKER_CONCURRENCY="1"))
        begin(number)
        until(lambda number=number: stands(number), f"checkpoint {number}")
    doomed = list(house.workers) + house.launch_workers()
    house.wait_for(doomed[-1])
    for number in numbers[:7]:
        begin(number)
    try:
        until(lambda: all(stands(number) for number in numbers), "all checkpoints", seconds=15)
    except AssertionError:
        for n in numbers: print(n, sorted(house.done(started[n])), house.sql("SELECT name,state,attempt,length(text) FROM run_steps WHERE run_id=%s", started[n].id), house.sql("select status, lease_until, attempt from runs where id=%s", started[n].id))
        for c in house.openai.calls: print(c.outcome, c.asked.user[-150:].replace(chr(10)," "))
        raise
    house.wait_for(*house.launch_workers())

    before = {"checks": started[7], "assembly": started[8], "the end": started[9]}
    with blocked(house, before):
        for number in (7, 8, 9):
            gates[number].release()
        until(lambda: waiting_for_locks(house) == 3, "three workers before a lock")
        killed = time.time()
        house.kill(*doomed)
    for number in numbers:
        assert house.done(started[number]) == set(STEPS[:number]), f"checkpoint {number}"
        gates[number].release()

    for number in numbers:
        assert house.text(started[number]) == texts[number]
        for step in CALLED[:number]:
            calls = calls_of(house.openai.calls, step, topic(number))
            assert len(calls) == 1, f"{step} was finished, and asked for again"
    resumed = [house.taken(run)[1] - killed for run in started.values()]
    print(f"resumed after {min(resumed):.1f} to {max(resumed):.1f} s")  # noqa: T201
    assert max(resumed) <= RESUMED_WITHIN
