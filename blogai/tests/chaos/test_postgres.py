"""Postgres restarts, or its connections are cut, while posts are written: a pause, and no process dies."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from blogai.tests.chaos.deployment import RECOVERY_TIMEOUT, Deployment
from blogai.tests.processes import until
from generation.llm.simulated import Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

REFUSED_WITHIN = 4.0
"""Seconds for a reply while Postgres hangs: two, and as much again for a busy machine."""


def test_a_restart_of_postgres_is_a_pause(deployment: Deployment) -> None:
    workers = deployment.set_worker_count(2)
    deployment.openai.pace = Pace(seconds_per_call=1)
    runs = [deployment.write(f"Restarts of databases {number}", 2) for number in range(3)]
    until(lambda: all("outline" in deployment.done(run) for run in runs), "the outlines")
    with deployment.visitor() as visitor:
        deployment.stop_postgres()
        time.sleep(3)
        deployment.start_postgres()
        returned = time.monotonic()
        texts = [deployment.text(run) for run in runs]
        assert all(texts)
        new = deployment.write("Begun after the restart")
        assert deployment.text(new)
    assert deployment.web.runs
    assert all(worker.runs for worker in workers)
    assert visitor.statuses() == {200, 503}
    assert all(int(visit.retry_after or 0) >= 1 for visit in visitor.visits if visit.status == 503)
    late = [
        visit for visit in visitor.visits if visit.status == 503 and visit.at > returned + RECOVERY_TIMEOUT
    ]
    assert late == []


def test_cut_connections_are_replaced(deployment: Deployment) -> None:
    workers = deployment.set_worker_count(2)
    deployment.openai.pace = Pace(seconds_per_call=1)
    runs = [deployment.write(f"Connections that are cut {number}", 2) for number in range(3)]
    with deployment.visitor() as visitor:
        for _ in range(3):
            time.sleep(1)
            deployment.cut_connections()
        assert all(deployment.text(run) for run in runs)
    assert deployment.web.runs
    assert all(worker.runs for worker in workers)
    assert visitor.statuses() <= {200, 503}


def test_a_postgres_that_hangs_is_a_pause(deployment: Deployment) -> None:
    """It accepts connections and queries, and answers neither. Requests are refused, and nothing is lost."""
    workers = deployment.set_worker_count(2)
    deployment.openai.pace = Pace(seconds_per_call=1)
    runs = [deployment.write(f"Databases that hang {number}", 2) for number in range(3)]
    until(lambda: all("outline" in deployment.done(run) for run in runs), "the outlines")
    # Enough of them that some hold a connection, some get one that hangs, and some find none.
    visitors = [
        *(deployment.visitor("/api/v1/posts", "/api/v1/runs") for _ in range(4)),
        *(deployment.browser("/", "/posts") for _ in range(2)),
        *(deployment.visitor(f"/api/v1/runs/{run.id}") for run in runs),
    ]
    probe = deployment.visitor("/health/live")
    with ThreadPoolExecutor(1) as writers, ExitStack() as visiting:
        for visitor in (*visitors, probe):
            visiting.enter_context(visitor)
        time.sleep(1)
        deployment.hang_postgres()
        hung = time.monotonic()
        try:
            begun = writers.submit(deployment.write, "Begun while Postgres hangs")
            time.sleep(5)
        finally:
            deployment.wake_postgres()
            woken = time.monotonic()
        assert all(deployment.text(run) for run in (*runs, begun.result()))
        time.sleep(max(0.0, woken + RECOVERY_TIMEOUT + 1 - time.monotonic()))
    visits = [visit for visitor in visitors for visit in visitor.visits]
    during = [visit for visit in visits if hung + 0.5 < visit.at < woken]
    assert {visit.status for visit in during} == {503}
    assert all(int(visit.retry_after or 0) >= 1 for visit in during)
    assert max(visit.seconds for visit in visits) < REFUSED_WITHIN
    assert {visit.status for visit in visits if visit.at > woken + RECOVERY_TIMEOUT} <= {200, 302}
    assert probe.statuses() == {200}
    assert max(visit.seconds for visit in probe.visits) < 1
    assert deployment.web.runs
    assert all(worker.runs for worker in workers)
