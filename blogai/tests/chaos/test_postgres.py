"""Postgres restarted and its connections cut in the middle of posts: a pause, and no process restarted."""

import time

import pytest

from blogai.tests.chaos.house import BACK_WITHIN, House
from blogai.tests.processes import until
from generation.llm.simulated import Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


def test_a_restart_of_postgres_is_a_pause(house: House) -> None:
    workers = house.have_workers(2)
    house.openai.pace = Pace(seconds_per_call=1)
    runs = [house.write(f"Restarts of databases {number}", 2) for number in range(3)]
    until(lambda: all("outline" in house.done(run) for run in runs), "the outlines")
    with house.visitor() as visitor:
        house.stop_postgres()
        time.sleep(3)
        house.start_postgres()
        returned = time.monotonic()
        texts = [house.text(run) for run in runs]
        assert all(texts)
        new = house.write("Begun after the restart")
        assert house.text(new)
    assert house.web.runs
    assert all(worker.runs for worker in workers)
    assert visitor.statuses() == {200, 503}
    assert all(int(visit.retry_after or 0) >= 1 for visit in visitor.visits if visit.status == 503)
    late = [visit for visit in visitor.visits if visit.status == 503 and visit.at > returned + BACK_WITHIN]
    assert late == []


def test_cut_connections_are_replaced(house: House) -> None:
    workers = house.have_workers(2)
    house.openai.pace = Pace(seconds_per_call=1)
    runs = [house.write(f"Connections that are cut {number}", 2) for number in range(3)]
    with house.visitor() as visitor:
        for _ in range(3):
            time.sleep(1)
            house.cut_connections()
        assert all(house.text(run) for run in runs)
    assert house.web.runs
    assert all(worker.runs for worker in workers)
    assert visitor.statuses() <= {200, 503}
