"""Postgres restarts, or its connections are cut, while posts are written: a pause, and no process dies."""

import time

import httpx
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


def test_a_postgres_that_hangs_is_a_pause(deployment: Deployment) -> None:
    """It accepts connections and queries, and answers neither."""
    workers = deployment.set_worker_count(2)
    deployment.openai.pace = Pace(seconds_per_call=1)
    runs = [deployment.write(f"Databases that hang {number}", 2) for number in range(3)]
    until(lambda: all("outline" in deployment.done(run) for run in runs), "the outlines")
    with httpx.Client(base_url=deployment.url, headers=deployment.headers, trust_env=False) as client:

        def refused() -> httpx.Response | None:
            try:
                reply = client.get("/api/v1/posts", timeout=3)
            except httpx.ReadTimeout:
                return None  # its query was sent before, or on a connection that hangs
            return reply if reply.status_code == 503 else None

        deployment.hang_postgres()
        try:
            reply = until(refused, "a refusal", seconds=30)
            assert int(reply.headers["Retry-After"]) >= 1
            assert client.get("/health/live", timeout=2).status_code == 200
        finally:
            deployment.wake_postgres()
        assert all(deployment.text(run) for run in runs)
        assert client.get("/api/v1/posts").status_code == 200
    assert deployment.web.runs
    assert all(worker.runs for worker in workers)
