"""What is sent of a text, and what Postgres has by then."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from accounts.models import User
from blogai.core.errors import ProviderError
from generation.llm.simulated import Answer, Server, faults
from generation.models import RunStep
from generation.pipeline.types import Brief
from generation.runs import checkpoints
from generation.runs.frames import Frame
from generation.runs.lease import Lease, LeaseLost, acquire, release
from generation.runs.start import RunOptions, start_run
from generation.worker import broadcast
from generation.worker.execute import execute


def test_no_text_is_told_of_an_attempt_that_the_next_worker_would_not_count(
    alice: User, slow_provider: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_provider.script.add(faults.cut_at(600), schema=False, times=2)  # so that there are second attempts
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=2)))
    told: list[Frame] = []

    async def publish(group: str, frames: Iterable[Frame]) -> None:
        for frame in frames:
            if frame["type"] == "part.delta":
                told.append(frame)
                known = await RunStep.objects.aget(run=run, name=frame["part"])
                assert known.attempt >= frame["attempt"]

    monkeypatch.setattr(broadcast, "publish", publish)
    async_to_sync(execute)(run.pk)
    assert {frame["attempt"] for frame in told} >= {1, 2}


def test_first_words_wait_for_no_flush(
    alice: User, slow_provider: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=2)))
    flushed: set[str] = set()
    flush = checkpoints.flush

    def noted(lease: Lease, texts: Mapping[str, tuple[int, str]]) -> None:
        flushed.update(texts)
        flush(lease, texts)

    monkeypatch.setattr(checkpoints, "flush", noted)
    monkeypatch.setattr(broadcast, "FLUSH_INTERVAL", 60)
    async_to_sync(execute)(run.pk)
    assert flushed == set()
    assert set(run.steps.exclude(text="").values_list("attempt", flat=True)) == {1}


def test_a_flush_that_comes_late_changes_nothing(alice: User, provider: Any) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))
    held = acquire(run.pk)
    assert held
    checkpoints.flush(held, {"introduction": (1, "The tide turns.")})
    checkpoints.flush(held, {"introduction": (1, "The tide")})
    step = run.steps.get(name="introduction")
    assert (step.attempt, step.text, step.state) == (1, "The tide turns.", RunStep.State.WRITING)
    checkpoints.flush(held, {"introduction": (2, "Tides")})
    assert run.steps.get(name="introduction").text == "Tides"


@pytest.mark.parametrize("ended", [True, False], ids=["ended", "taken"])
def test_who_lost_the_run_flushes_nothing(alice: User, provider: Any, ended: bool) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))
    held = acquire(run.pk)
    assert held
    if ended:
        checkpoints.fail(held, ProviderError("Too late."), [])
    else:
        release(held)
        assert acquire(run.pk)
    with pytest.raises(LeaseLost):
        checkpoints.flush(held, {"introduction": (9, "Stale words.")})
    assert run.steps.get(name="introduction").text == ""


def test_the_plan_is_told_while_the_outline_is_written(
    alice: User, slow_provider: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_provider.script.add(Answer(gate=(gate := slow_provider.gate()), gate_at=30), schema=True)
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=2)))
    told: list[Frame] = []

    async def publish(group: str, frames: Iterable[Frame]) -> None:
        told.extend(frames)
        if any(frame["type"] == "outline.draft" for frame in told):
            gate.release()

    monkeypatch.setattr(broadcast, "publish", publish)
    async_to_sync(execute)(run.pk)
    outlined = next(frame for frame in told if frame["type"] == "outline.ready")
    drafts = [frame for frame in told if frame["type"] == "outline.draft"]
    headings = [section["heading"] for section in outlined["outline"]["sections"]]
    assert all(draft["headings"] == headings[: len(draft["headings"])] for draft in drafts)
    assert drafts[0]["headings"] == []
    assert drafts[-1]["headings"] == headings
    assert {draft["title"] for draft in drafts} == {outlined["outline"]["title"]}
    kinds = [frame["type"] for frame in told]
    assert kinds.index("outline.draft") < kinds.index("outline.ready")
