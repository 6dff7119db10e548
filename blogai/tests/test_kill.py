"""Nothing is lost: all is killed in the middle of a post, and the next start finishes the same text."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from blogai.tests.folders import open_folder
from blogai.tests.processes import manage, serving
from generation.llm import simulated
from generation.llm.simulated import Server

pytestmark = pytest.mark.chaos

BRIEF = {"topic": "How tides work", "sections": 2}
SECONDS = 60


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
            done = _until(client, accepted["run_id"], lambda run: len(_done(run)) >= checkpoint)
            serve.end(signal.SIGKILL)
    calls_before = [call.asked.prompt for call in model.calls]
    with (
        serving(data_dir, OPENAI_BASE_URL=model.openai_url) as serve,
        httpx.Client(base_url=serve.url(), headers=headers, timeout=SECONDS) as client,
    ):
        _until(client, accepted["run_id"], lambda run: run["status"] == "completed")
        post = client.get(f"/api/v1/posts/{accepted['id']}").json()
    assert post["content_markdown"] == undisturbed["content_markdown"]
    again = {call.asked.prompt for call in model.calls[len(calls_before) :]} & set(calls_before)
    assert len(again) <= len(calls_before) - len(_done(done)), "a finished step was asked for again"


def _key(data_dir: Path) -> str:
    options = ("--email", "a@example.org", "--create-user")
    return manage("create_api_key", *options, data_dir=data_dir).stdout.strip()


def _done(run: dict[str, Any]) -> list[str]:
    return [step["name"] for step in run["steps"] if step["state"] == "done"]


def _until(client: httpx.Client, run_id: str, true: Any) -> dict[str, Any]:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        run: dict[str, Any] = client.get(f"/api/v1/runs/{run_id}").json()
        if true(run):
            return run
        time.sleep(0.05)
    raise AssertionError(f"the run did not get there: {run}")
