"""Workers are killed or paused at every checkpoint: the same text, and no finished step is paid twice."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest

from blogai.tests.chaos.deployment import Deployment, WatchedRun
from blogai.tests.chaos.steps import CALLED, SECTIONS, STEPS, calls_of, prompt_of
from blogai.tests.processes import until
from generation.llm.simulated import Answer, Gate, Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

RESUMED_WITHIN = 15.0
"""Seconds within which another worker takes over the run of one that died."""
LONG_TIMEOUTS = {"LLM_FIRST_TOKEN_TIMEOUT": "120"}
"""For workers whose calls are held by a gate."""


def topic(checkpoint: int) -> str:
    return f"Tides after checkpoint {checkpoint}"


def gate_calls(deployment: Deployment, topic: str, *steps: str) -> Gate:
    """A gate that holds all calls of these steps."""
    gate = deployment.openai.gate()
    for step in steps:
        deployment.openai.script.add(Answer(gate=gate), prompt=prompt_of(step, topic), times=None)
    return gate


LOCK_STEP = "SELECT FROM run_steps WHERE run_id = %s AND name = %s FOR UPDATE"
# An uncommitted post with the id of the run's post: storing that one waits for it.
LOCK_POST = """
INSERT INTO generated_content ({columns})
SELECT {copied} FROM runs, generated_content AS other,
    jsonb_populate_record(other, jsonb_build_object('id', post_id)) AS copy
WHERE runs.id = %s LIMIT 1
"""
WRITTEN_COLUMNS = """
SELECT quote_ident(column_name) FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'generated_content' AND is_generated = 'NEVER'
"""


@contextmanager
def blocked(
    deployment: Deployment, checks: WatchedRun, assembly: WatchedRun, post: WatchedRun
) -> Iterator[None]:
    """Holds the runs before these steps, which call no model that a gate could hold."""
    with psycopg.connect(deployment.database_url) as connection:
        connection.execute(LOCK_STEP, [checks.id, "checks"])
        connection.execute(LOCK_STEP, [assembly.id, "assembly"])
        columns = [name for (name,) in connection.execute(WRITTEN_COLUMNS)]
        copied = [f"copy.{name}" for name in columns]
        lock_post = LOCK_POST.format(columns=", ".join(columns), copied=", ".join(copied))
        connection.execute(lock_post, [post.id])
        yield
        # Postgres would finish the statement of a client that died waiting, and so store one step more.
        connection.execute(END_WAITING)
        connection.rollback()


# An uncommitted event with the number of the outline's review: storing that one waits for it.
LOCK_REVIEW = "INSERT INTO run_events (run_id, seq, type, data, created_at) VALUES (%s, 3, '', '{}', now())"


END_WAITING = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def waiting_for_locks(deployment: Deployment) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return int(deployment.sql(query)[0][0])


def test_a_kill_after_any_checkpoint_costs_no_finished_step_and_no_text(deployment: Deployment) -> None:
    """Nine runs, each stopped after a different one of its nine checkpoints when the workers are killed."""
    deployment.set_worker_count(1)
    numbers = range(1, len(STEPS) + 1)
    undisturbed = {number: deployment.write(topic(number), SECTIONS) for number in numbers}
    texts = {number: deployment.text(run) for number, run in undisturbed.items()}
    deployment.openai.calls.clear()

    gates = {
        number: gate_calls(deployment, topic(number), *(CALLED[number:] or ("faq",))) for number in numbers
    }
    started: dict[int, WatchedRun] = {}

    def begin(number: int) -> None:
        started[number] = deployment.write(topic(number), SECTIONS)

    def stands(number: int) -> bool:
        return deployment.done(started[number]) == set(STEPS[: min(number, 6)])

    deployment.set_worker_count(0)
    # A worker that waits for a lock is blocked as a whole, so each of these two takes only one run.
    alone = deployment.launch_workers(2, {**LONG_TIMEOUTS, "WORKER_CONCURRENCY": "1"})
    wide, spare = deployment.launch_workers(2, LONG_TIMEOUTS)
    deployment.wait_for(*deployment.workers)
    wide.pause()
    spare.pause()
    for number in (9, 8):
        begin(number)
        until(partial(stands, number), f"checkpoint {number}")
    wide.resume()
    for number in numbers[:7]:
        begin(number)
    until(lambda: all(stands(number) for number in numbers), "all checkpoints")

    with blocked(deployment, checks=started[7], assembly=started[8], post=started[9]):
        for number in (7, 8, 9):
            gates[number].release()
        until(lambda: waiting_for_locks(deployment) == 3, "three workers before a lock")
        killed = time.time()
        deployment.kill(*alone, wide)
        spare.resume()
    for number in numbers:
        assert deployment.done(started[number]) == set(STEPS[:number]), f"checkpoint {number}"
        gates[number].release()

    for number in numbers:
        assert deployment.text(started[number]) == texts[number]
        for step in CALLED[:number]:
            calls = calls_of(deployment.openai.calls, step, topic(number))
            assert len(calls) == 1, f"{step} was finished, and asked for again"
    resumed = [deployment.taken(run)[1] - killed for run in started.values()]
    print(f"resumed after {min(resumed):.1f} to {max(resumed):.1f} s")
    assert max(resumed) <= RESUMED_WITHIN


def test_a_kill_before_and_after_an_outline_is_put_to_its_owner(deployment: Deployment) -> None:
    topic = "Tides under review"
    deployment.set_worker_count(1)
    undisturbed = deployment.text(deployment.write(topic, SECTIONS))
    deployment.openai.calls.clear()
    used, _ = deployment.units()

    def status() -> str:
        return str(deployment.sql("SELECT status FROM runs WHERE id = %s", run.id)[0][0])

    gate = gate_calls(deployment, topic, "outline")
    run = deployment.write(topic, SECTIONS, review_outline=True)
    gate.wait_for_call()
    with psycopg.connect(deployment.database_url) as connection:
        connection.execute(LOCK_REVIEW, [run.id])
        gate.release()
        until(lambda: waiting_for_locks(deployment) == 1, "a worker before the lock")
        deployment.kill(*deployment.workers)
        connection.rollback()
    assert (deployment.done(run), status()) == ({"outline"}, "running")
    deployment.expire_leases()
    deployment.set_worker_count(1)
    until(lambda: status() == "waiting", "the outline before its owner")
    deployment.kill(*deployment.workers)
    deployment.set_worker_count(1)
    assert status() == "waiting"

    assert deployment.client.post(f"/api/v1/runs/{run.id}/continue").status_code == 202
    assert deployment.text(run) == undisturbed
    assert [len(calls_of(deployment.openai.calls, step, topic)) for step in CALLED] == [1] * len(CALLED)
    assert deployment.units() == (used + 1, 0)


def test_what_a_paused_worker_says_after_losing_its_run_is_not_heard(deployment: Deployment) -> None:
    """The paused worker was considered dead and lost its run; now it continues in the middle of a section."""
    topic = "A long pause"
    deployment.set_worker_count(0)
    late = deployment.openai.gate()
    for step in ("section-1", "section-2"):
        stale = Answer(text="Stale words of a worker that was taken for dead. " * 8, gate=late)
        deployment.openai.script.add(stale, prompt=prompt_of(step, topic))
    second = gate_calls(deployment, topic, "section-1", "section-2")
    [paused] = deployment.launch_workers(1, LONG_TIMEOUTS)
    deployment.wait_for(paused)
    run = deployment.write(topic, SECTIONS)
    until(lambda: deployment.done(run) >= {"introduction", "section-3"}, "the first sections")
    paused.pause()
    deployment.wait_for(*deployment.launch_workers(1, LONG_TIMEOUTS))
    deployment.expire_leases()
    until(lambda: len(calls_of(deployment.openai.calls, "section-2", topic)) == 2, "another worker's calls")

    late.release()
    paused.resume()
    paused.line_with("run.lost")
    second.release()
    assert "Stale words" not in deployment.text(run)


def test_ten_kills_under_ten_runs(deployment: Deployment) -> None:
    deployment.set_worker_count(0)
    deployment.set_worker_count(3)
    deployment.openai.pace = Pace(seconds_per_call=1.5)

    def write_ten(name: str) -> list[WatchedRun]:
        return [deployment.write(f"{name} {number}", 2) for number in range(10)]

    def seconds_for_ten(name: str) -> float:
        began = time.monotonic()
        assert all(deployment.text(run) for run in write_ten(name))
        return time.monotonic() - began

    before = seconds_for_ten("Before ten kills")
    began = time.monotonic()
    runs = write_ten("Under ten kills")
    for number in range(1, 11):
        time.sleep(max(0, began + 2 * number - time.monotonic()))
        deployment.kill(deployment.workers[0])
        deployment.launch_workers()
    assert all(deployment.text(run) for run in runs)

    deployment.wait_for(*deployment.workers)
    after = seconds_for_ten("After ten kills")
    print(f"ten runs took {before:.1f} s before and {after:.1f} s after ten kills")
    assert before / after >= 0.8


def test_a_run_that_its_workers_die_of_is_given_up_after_five(deployment: Deployment) -> None:
    deployment.set_worker_count(0)
    used = deployment.units()
    gate = gate_calls(deployment, "Poison", "outline")
    run = deployment.write("Poison")
    for _ in range(5):
        [worker] = deployment.launch_workers()
        gate.wait_for_call(60)
        deployment.kill(worker)
        deployment.expire_leases()
    deployment.set_worker_count(1)
    assert deployment.ended(run) == "failed"
    assert {watcher.at_the_end().ending for watcher in run.watchers} == {"run.failed"}
    assert len(deployment.openai.calls) == 5
    assert deployment.units() == used
