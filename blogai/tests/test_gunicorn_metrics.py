"""/metrics of gunicorn, whose processes count for themselves and report one sum."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.sync.client import connect

from accounts.models import User
from blogai.tests.gunicorn import Gunicorn, serving
from blogai.tests.processes import SECONDS, until
from generation.pipeline.types import Brief
from generation.runs.start import RunOptions, start_run

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

ASKED = ("blogai_http_requests_total", "GET", "robots-txt", "200")
TIMED = ("blogai_http_request_seconds_count", "GET", "robots-txt")
SOCKETS = ("blogai_watching", "socket")
POOLS = ("blogai_db_pool_size",)


@pytest.fixture
def gunicorn(database_url: str, tmp_path: Path) -> Iterator[Gunicorn]:
    (tmp_path / "counter_1.db").write_bytes(b"of an earlier start, and cut off")
    environment = {
        "UVICORN_WORKERS": "2",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DB_POOL_MAX": "3",
        "DRAIN_SECONDS": "0",
    }
    with serving(database_url, **environment) as gunicorn:
        yield gunicorn


def test_two_processes_report_one_sum(gunicorn: Gunicorn, tmp_path: Path) -> None:
    assert not (tmp_path / "counter_1.db").exists()
    asked = 0
    while sum(b"robots-txt" in file.read_bytes() for file in tmp_path.glob("counter_*.db")) < 2:
        assert asked < 500, "one process gets every request"
        httpx.get(f"{gunicorn.url}/robots.txt").raise_for_status()
        asked += 1
    for _ in range(5):  # whichever process answers
        found = figures(gunicorn)
        assert found[ASKED] == found[TIMED] == asked
    until(lambda: figures(gunicorn)[POOLS] == 2 * 3)
    os.kill(min(workers(gunicorn)), signal.SIGKILL)
    until(lambda: figures(gunicorn)[ASKED] == asked)
    until(lambda: len(list(tmp_path.glob("gauge_livesum_*.db"))) == 2, "the dead one's, and its successor's")


def test_the_sockets_of_a_process_go_with_it(
    gunicorn: Gunicorn, alice: User, key_for: Callable[..., str], settings: object
) -> None:
    settings.OPENAI_API_KEY = "simulated"  # type: ignore[attr-defined]
    start_run(alice, RunOptions(brief=Brief(topic="Tides"), conversation="tides"))
    headers = {"X-API-Key": key_for(alice)}
    with ExitStack() as open_sockets:
        for _ in range(3):
            socket = open_sockets.enter_context(connect(gunicorn.ws("tides"), additional_headers=headers))
            assert json.loads(socket.recv(timeout=SECONDS))["type"] == "ready"
        until(lambda: figures(gunicorn)[SOCKETS] == 3)
        for worker in workers(gunicorn):
            os.kill(worker, signal.SIGKILL)
        gunicorn.until_ready()
        until(lambda: figures(gunicorn)[SOCKETS] == 0)


def workers(gunicorn: Gunicorn) -> list[int]:
    children = Path(f"/proc/{gunicorn.process.pid}/task/{gunicorn.process.pid}/children").read_text()
    return [int(pid) for pid in children.split()]


def figures(gunicorn: Gunicorn) -> dict[tuple[str, ...], float]:
    """Every sample: its name with the values of its labels, these by their names, and its value."""
    until(lambda: gunicorn.ready() == 200)
    text = httpx.get(f"{gunicorn.url}/metrics", timeout=SECONDS).text
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
