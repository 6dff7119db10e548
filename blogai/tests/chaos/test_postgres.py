"""Postgres restarts, or its connections are cut, while posts are written: a pause, and no process dies."""

import time

import pytest

from blogai.tests.chaos.deployment import RECOVERY_TIMEOUT, Deployment
from blogai.tests.processes import until
from generation.llm.simulated import Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


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
