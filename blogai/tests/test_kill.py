"""Everything is killed while a post is written, and the next start finishes it without losing text."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from blogai.tests.folders import open_folder
from blogai.tests.processes import SECONDS, manage, serving, until
from generation.llm import simulated
from generation.llm.simulated import Answer, Server

pytestmark = pytest.mark.chaos

BRIEF = {"topic": "How tides work", "sections": 2}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture
def model() -> Iterator[Server]:
    with simulated.serve(seconds_per_call=0.4) as server:
        yield server


@pytest.mark.parametrize("checkpoint", [1, 4])
def test_a_kill_after_a_checkpoint_costs_no_finished_section_and_no_text(
    data_dir: Path, model: Server, checkpoint: int
) -> None:
    with serving(data_dir, OPENAI_BASE_URL=model.openai_url) as serve:
        url = serve.url()
        headers = {"X-API-Key": _key(data_dir)}
        with httpx.Client(base_url=url, headers=headers, timeout=SECONDS) as client:
            undisturbed = client.post("/generate-blog", json=BRIEF).json()
            model.calls.clear()
            at_once = {"Prefer": "respond-async"}
            accepted = client.post("/generate-blog", json=BRIEF, headers=at_once).json()
            until(lambda: len(_done(_run(client, accepted["run_id"]))) >= checkpoint, "the checkpoint")
            done = _done(_run(client, accepted["run_id"]))
            serve.end(signal.SIGKILL)
    calls_before = [call.asked.prompt for call in model.calls]
    with (
        serving(data_dir, OPENAI_BASE_URL=model.openai_url) as serve,
        httpx.Client(base_url=serve.url(), headers=headers, timeout=SECONDS) as client,
    ):
        until(lambda: _run(client, accepted["run_id"])["status"] == "completed", "the post")
        post = client.get(f"/api/v1/posts/{accepted['id']}").json()
    assert post["content_markdown"] == undisturbed["content_markdown"]
    again = {call.asked.prompt for call in model.calls[len(calls_before) :]} & set(calls_before)
    assert len(again) <= len(calls_before) - len(done), "a finished step was asked for again"


def _key(data_dir: Path) -> str:
    options = ("--email", "a@example.org", "--create-user")
    made = manage("create_api_key", *options, data_dir=data_dir)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def _done(run: dict[str, Any]) -> list[str]:
    return [step["name"] for step in run["steps"] if step["state"] == "done"]


def _run(client: httpx.Client, run_id: str) -> dict[str, Any]:
    run: dict[str, Any] = client.get(f"/api/v1/runs/{run_id}").json()
    return run


def test_a_suggestion_that_was_killed_is_finished_and_counted_once(data_dir: Path, model: Server) -> None:
    with serving(data_dir, OPENAI_BASE_URL=model.openai_url) as serve:
        url = serve.url()  # the tables are there
        headers = {"X-API-Key": _key(data_dir)}
        with httpx.Client(base_url=url, headers=headers, timeout=SECONDS) as client:
            written = client.post("/generate-blog", json={**BRIEF, "sections": 1})
            assert written.is_success, written.text
            post = written.json()
            url = f"/api/v1/posts/{post['id']}"
            before = client.get(f"{url}/text").json()
            gate = model.gate()
            model.script.add(Answer(gate=gate, gate_at=5), prompt="blog-passage")
            asked = client.post(f"{url}/sections/1/regenerate").json()
            gate.wait_for_call()
            until(lambda: _run(client, asked["run_id"])["status"] == "running", "the worker")
            serve.end(signal.SIGKILL)
    gate.release()
    with (
        serving(data_dir, OPENAI_BASE_URL=model.openai_url) as serve,
        httpx.Client(base_url=serve.url(), headers=headers, timeout=SECONDS) as client,
    ):
        until(lambda: _run(client, asked["run_id"])["status"] == "completed", "the suggestion")
        [proposal] = client.get(f"{url}/proposals").json()["results"]
        assert (proposal["id"], proposal["run_id"]) == (asked["id"], asked["run_id"])
        assert client.get(f"{url}/text").json() == before
        assert client.get("/api/v1/usage").json()["assists"]["used"] == 1
        accepted = client.post(f"{url}/proposals/{proposal['id']}/accept", json={}).json()
        assert accepted["text"] == before["text"].replace(proposal["original"], proposal["body"])
    checked = manage("check_invariants", data_dir=data_dir)
    assert checked.returncode == 0, checked.stdout
