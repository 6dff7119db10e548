"""Workers that are killed or paused at every point: the same text, no finished step paid twice."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest

from blogai.tests.chaos.house import House, Started
from blogai.tests.chaos.steps import CALLED, SECTIONS, STEPS, calls_of, prompt_of
from blogai.tests.processes import until
from generation.llm.simulated import Answer, Gate, Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

RESUMED_WITHIN = 15.0
"""Seconds after the death of a run's worker in which another has it."""
PATIENT = {"LLM_FIRST_TOKEN_TIMEOUT": "120"}
"""For workers whose calls a gate holds."""


def topic(checkpoint: int) -> str:
    return f"Tides after checkpoint {checkpoint}"


def hold(house: House, topic: str, *steps: str) -> Gate:
    """A gate for all calls of these steps."""
    gate = house.openai.gate()
    for step in steps:
        house.openai.script.add(Answer(gate=gate), prompt=prompt_of(step, topic), times=None)
    return gate


LOCK_STEP = "SELECT FROM run_steps WHERE run_id = %s AND name = %s FOR UPDATE"
# Another post under the id that the run's will have, never committed: storing the post waits for it.
LOCK_POST = """
INSERT INTO generated_content
SELECT (jsonb_populate_record(other, jsonb_build_object('id', post_id))).*
FROM runs, generated_content AS other WHERE runs.id = %s LIMIT 1
"""


@contextmanager
def blocked(house: House, checks: Started, assembly: Started, post: Started) -> Iterator[None]:
    """The runs come no further than before these steps, which call no model that a gate could hold."""
    with psycopg.connect(house.database_url) as connection:
        connection.execute(LOCK_STEP, [checks.id, "checks"])
        connection.execute(LOCK_STEP, [assembly.id, "assembly"])
        connection.execute(LOCK_POST, [post.id])
        yield
        connection.rollback()


# The event that says that the outline waits for its owner, never committed: storing that one waits for it.
LOCK_REVIEW = "INSERT INTO run_events (run_id, seq, type, data, created_at) VALUES (%s, 3, '', '{}', now())"


def waiting_for_locks(house: House) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return int(house.sql(query)[0][0])


def test_a_kill_after_any_checkpoint_costs_no_finished_step_and_no_text(house: House) -> None:
    """Nine runs, each stopped behind another one of its nine checkpoints, when their workers are killed."""
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
    # A worker that waits for a lock waits with all that it does: each of two takes one run and no other.
    alone = house.launch_workers(2, {**PATIENT, "WORKER_CONCURRENCY": "1"})
    wide, spare = house.launch_workers(2, PATIENT)
    house.wait_for(*house.workers)
    wide.pause()
    spare.pause()
    for number in (9, 8):
        begin(number)
        until(partial(stands, number), f"checkpoint {number}")
    wide.resume()
    for number in numbers[:7]:
        begin(number)
    until(lambda: all(stands(number) for number in numbers), "all checkpoints")

    with blocked(house, checks=started[7], assembly=started[8], post=started[9]):
        for number in (7, 8, 9):
            gates[number].release()
        until(lambda: waiting_for_locks(house) == 3, "three workers before a lock")
        killed = time.time()
        house.kill(*alone, wide)
        spare.resume()
    for number in numbers:
        assert house.done(started[number]) == set(STEPS[:number]), f"checkpoint {number}"
        gates[number].release()

    for number in numbers:
        assert house.text(started[number]) == texts[number]
        for step in CALLED[:number]:
            calls = calls_of(house.openai.calls, step, topic(number))
            assert len(calls) == 1, f"{step} was finished, and asked for again"
    resumed = [house.taken(run)[1] - killed for run in started.values()]
    print(f"resumed after {min(resumed):.1f} to {max(resumed):.1f} s")
    assert max(resumed) <= RESUMED_WITHIN


def test_a_kill_before_and_after_an_outline_is_put_to_its_owner(house: House) -> None:
    topic = "Tides under review"
    house.have_workers(1)
    undisturbed = house.text(house.write(topic, SECTIONS))
    house.openai.calls.clear()
    used, _ = house.units()

    def status() -> str:
        return str(house.sql("SELECT status FROM runs WHERE id = %s", run.id)[0][0])

    gate = hold(house, topic, "outline")
    run = house.write(topic, SECTIONS, review_outline=True)
    gate.wait_for_call()
    with psycopg.connect(house.database_url) as connection:
        connection.execute(LOCK_REVIEW, [run.id])
        gate.release()
        until(lambda: waiting_for_locks(house) == 1, "a worker before the lock")
        house.kill(*house.workers)
        connection.rollback()
    assert (house.done(run), status()) == ({"outline"}, "running")
    house.let_leases_expire()
    house.have_workers(1)
    until(lambda: status() == "waiting", "the outline before its owner")
    house.kill(*house.workers)
    house.have_workers(1)
    assert status() == "waiting"

    assert house.client.post(f"/api/v1/runs/{run.id}/continue").status_code == 202
    assert house.text(run) == undisturbed
    assert [len(calls_of(house.openai.calls, step, topic)) for step in CALLED] == [1] * len(CALLED)
    assert house.units() == (used + 1, 0)


def test_what_a_paused_worker_says_after_losing_its_run_is_not_heard(house: House) -> None:
    """It was taken for dead, another one has the run, and now it wakes up in the middle of a section."""
    topic = "A long pause"
    house.have_workers(0)
    late = house.openai.gate()
    for step in ("section-1", "section-2"):
        stale = Answer(text="Stale words of a worker that was taken for dead. " * 8, gate=late)
        house.openai.script.add(stale, prompt=prompt_of(step, topic))
    second = hold(house, topic, "section-1", "section-2")
    [paused] = house.launch_workers(1, PATIENT)
    house.wait_for(paused)
    run = house.write(topic, SECTIONS)
    until(lambda: house.done(run) >= {"introduction", "section-3"}, "the first sections")
    paused.pause()
    house.wait_for(*house.launch_workers(1, PATIENT))
    house.let_leases_expire()
    until(lambda: len(calls_of(house.openai.calls, "section-2", topic)) == 2, "another worker's calls")

    late.release()
    paused.resume()
    paused.line_with("was taken over by another worker")
    second.release()
    assert "Stale words" not in house.text(run)


def test_ten_kills_under_ten_runs(house: House) -> None:
    house.have_workers(0)
    house.have_workers(3)
    house.openai.pace = Pace(seconds_per_call=1.5)

    def write_ten(name: str) -> list[Started]:
        return [house.write(f"{name} {number}", 2) for number in range(10)]

    def seconds_for_ten(name: str) -> float:
        began = time.monotonic()
        assert all(house.text(run) for run in write_ten(name))
        return time.monotonic() - began

    before = seconds_for_ten("Before ten kills")
    began = time.monotonic()
    runs = write_ten("Under ten kills")
    for number in range(1, 11):
        time.sleep(max(0, began + 2 * number - time.monotonic()))
        house.kill(house.workers[0])
        house.launch_workers()
    assert all(house.text(run) for run in runs)

    house.wait_for(*house.workers)
    after = seconds_for_ten("After ten kills")
    print(f"ten runs took {before:.1f} s before and {after:.1f} s after ten kills")
    assert before / after >= 0.8


def test_a_run_that_its_workers_die_of_is_given_up_after_five(house: House) -> None:
    house.have_workers(0)
    used = house.units()
    gate = hold(house, "Poison", "outline")
    run = house.write("Poison")
    for _ in range(5):
        [worker] = house.launch_workers()
        gate.wait_for_call(60)
        house.kill(worker)
        house.let_leases_expire()
    house.have_workers(1)
    assert house.ended(run) == "failed"
    assert {reader.at_the_end().ending for reader in run.readers} == {"run.failed"}
    assert len(house.openai.calls) == 5
    assert house.units() == used
