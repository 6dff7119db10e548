"""The production server stopping and restarting, as clients see it."""

import json
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from accounts.models import User
from blogai.tests.folders import open_folder
from blogai.tests.gunicorn import Gunicorn, serving
from blogai.tests.processes import SECONDS, Worker, until, working
from generation.live.tests.pages import Page
from generation.llm import simulated
from generation.models import Post
from generation.pipeline.types import Brief
from generation.runs.frames import Frame
from generation.runs.start import RunOptions, start_run

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def streamed(url: str, key: str) -> list[str]:
    """The types of a stream's events, until the server ends it."""
    with httpx.stream("GET", url, headers={"X-API-Key": key}, timeout=SECONDS) as reply:
        assert reply.status_code == 200
        return [line.removeprefix("event: ") for line in reply.iter_lines() if line.startswith("event: ")]


def said_to(socket: ClientConnection, page: Page | None = None) -> tuple[list[Frame], int]:
    """The frames until the server closes the socket, and the close code."""
    frames: list[Frame] = []
    try:
        while page is None or not page.ending:
            frames.append(json.loads(socket.recv(timeout=SECONDS)))
            if page is not None:
                page.take(frames[-1])
    except ConnectionClosed as closed:
        assert closed.rcvd is not None
        return frames, closed.rcvd.code
    return frames, 0


@pytest.fixture(autouse=True)
def _provider(settings: Any) -> None:
    """A server on which runs can be started. Each test decides whether a worker writes them."""
    settings.OPENAI_API_KEY = "simulated"


def test_at_the_stop_everybody_is_told_to_come_back(
    database_url: str, alice: User, key_for: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    key, run = key_for(alice), start_run(alice, RunOptions(brief=Brief(topic="Tides"), conversation="tides"))
    with (
        serving(database_url, DRAIN_SECONDS="1.5") as gunicorn,
        ThreadPoolExecutor() as threads,
        connect(gunicorn.ws("tides"), additional_headers={"X-API-Key": key}) as page,
    ):
        assert json.loads(page.recv(timeout=SECONDS)) == {"type": "ready", "conversation_id": "tides"}
        assert json.loads(page.recv(timeout=SECONDS))["type"] == "run.snapshot"
        options = {"json": {"topic": "Tides"}, "headers": {"X-API-Key": key}, "timeout": SECONDS}
        waiting = threads.submit(httpx.post, f"{gunicorn.url}/generate-blog", **options)  # type: ignore[arg-type]
        events = threads.submit(streamed, f"{gunicorn.url}/api/v1/runs/{run.pk}/events", key)
        until(lambda: watching(gunicorn) == {"socket": 1, "stream": 1})

        asked = time.monotonic()
        gunicorn.process.send_signal(signal.SIGTERM)
        until(lambda: gunicorn.ready() != 200)
        assert gunicorn.ready() == 503
        assert not waiting.done()
        frames, code = said_to(page)
        assert (frames[-1]["type"], code) == ("reconnect", 1012)
        assert waiting.result().status_code == 503
        assert int(waiting.result().headers["Retry-After"]) > 0
        assert events.result() == ["run.snapshot", "reconnect"]
        assert gunicorn.process.wait(SECONDS) == 0
        assert time.monotonic() - asked < 10
    assert "Traceback" not in capfd.readouterr().err


def test_a_restart_under_an_open_socket_loses_no_text(database_url: str, alice: User, key_for: Any) -> None:
    key, page = key_for(alice), Page()
    with (
        simulated.serve(seconds_per_call=1) as model,
        open_folder() as folder,
        serving(database_url, DRAIN_SECONDS="0.5") as gunicorn,
        working(folder, DATABASE_URL=database_url, OPENAI_BASE_URL=model.openai_url) as worker,
    ):
        worker.line_with(Worker.READY)
        run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=2), conversation="tides"))
        headers = {"X-API-Key": key}
        with connect(gunicorn.ws("tides"), additional_headers=headers) as before:
            for _ in ("ready", "run.snapshot"):
                page.take(json.loads(before.recv(timeout=SECONDS)))
            gunicorn.process.send_signal(signal.SIGHUP)
            frames, code = said_to(before, page)
        assert (frames[-1]["type"], code, page.ending) == ("reconnect", 1012, "")
        while code == 1012:  # the old worker may still take one
            time.sleep(frames[-1]["after_ms"] / 1000)
            with connect(gunicorn.ws("tides"), additional_headers=headers, open_timeout=SECONDS) as after:
                frames, code = said_to(after, page)
    assert page.ending == "run.completed"
    assert page.markdown == Post.objects.get(pk=run.post_id).content_markdown


def watching(gunicorn: Gunicorn) -> dict[str, int]:
    """The number of watchers of each kind."""
    figures = httpx.get(f"{gunicorn.url}/metrics").text
    found = re.findall(r'^blogai_watching{kind="(\w+)"} (\d+)', figures, re.MULTILINE)
    return {kind: int(count) for kind, count in found}


def test_from_its_first_line_on_the_log_is_json(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    with log.open("w") as stderr:
        monkeypatch.setattr(Gunicorn, "stderr", stderr)
        with serving(database_url, LOG_FORMAT="json", OPENAI_APIKEY="canary") as gunicorn:
            httpx.get(f"{gunicorn.url}/nowhere/canary", headers={"X-Request-ID": "ticket-4711"})
            gunicorn.process.send_signal(signal.SIGTERM)
            gunicorn.process.wait(SECONDS)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines[0]["event"].startswith("Starting gunicorn")
    [misspelt] = [line for line in lines if "OPENAI_APIKEY" in line["event"]]
    assert (misspelt["level"], "Did you mean OPENAI_API_KEY?" in misspelt["event"]) == ("WARNING", True)
    [asked] = [line for line in lines if line.get("request_id") == "ticket-4711"]
    assert (asked["route"], asked["status"], asked["address"]) == ("none", 404, "127.0.0.1")
    assert not [line for line in lines if line["level"] not in ("INFO", "WARNING")], "it stops in peace"
    assert "canary" not in log.read_text()
