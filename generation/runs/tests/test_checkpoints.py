"""A finished step is stored whole, or not at all."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from generation.llm.base import Call
from generation.llm.simulated import Server
from generation.models import Run, RunStep
from generation.pipeline.types import Brief
from generation.runs import checkpoints, control
from generation.runs.lease import Lease, LeaseLost, acquire
from generation.runs.start import RunOptions, start_run
from generation.runs.state import state_of


@pytest.fixture
def held(alice: User, provider: Server) -> Lease:
    lease = acquire(start_run(alice, RunOptions(brief=Brief(topic="How tides work", sections=1))).pk)
    assert lease
    return lease


def call(step: str, *, model: str = "gpt-test", error: str = "") -> Call:
    return Call(
        step=step,
        provider="openai",
        model=model,
        input_tokens=10,
        output_tokens=20,
        estimated=False,
        cost_usd=Decimal("0.000123"),
        price_version="2026-11",
        first_token_ms=None,
        duration_ms=7,
        finish_reason="stop",
        error=error,
    )


def finish(held: Lease, name: str, *calls: Call, **more: Any) -> list[dict[str, Any]]:
    arguments = {"output": {"of": name}, "texts": {}, "milestones": [], "took": timedelta(seconds=2), **more}
    return checkpoints.finish_step(held, name, "made-from", calls=calls, **arguments)


def everything(held: Lease) -> list[object]:
    run = Run.objects.get(pk=held.run_id)
    return [
        list(rows.order_by("pk").values())
        for rows in (Run.objects.filter(pk=run.pk), run.steps.all(), run.events.all(), run.calls.all())
    ]


def test_it_works(held: Lease) -> None:
    told = [{"type": "part.done", "part": "introduction"}, {"type": "part.done", "part": "section-1"}]
    numbered = finish(
        held,
        "introduction",
        call("introduction", model="first"),
        call("introduction", model="second", error="provider_error"),
        call("section-1"),
        texts={"introduction": (2, "An ebb."), "section-1": (3, "A flow.")},
        milestones=told,
        begun=["conclusion", "section-1"],
    )
    run = Run.objects.get(pk=held.run_id)
    assert numbered == [{**told[0], "seq": 1}, {**told[1], "seq": 2}]
    assert [(event.seq, event.type, event.data) for event in run.events.all()] == [
        (1, "part.done", told[0]),
        (2, "part.done", told[1]),
    ]
    assert (run.last_seq, run.attempts_without_progress, run.outline) == (2, 0, None)
    steps = {step.name: step for step in run.steps.all()}
    first, other, next_ = steps["introduction"], steps["section-1"], steps["conclusion"]
    assert (first.state, first.output, first.token) == ("done", {"of": "introduction"}, held.token)
    assert (first.attempt, first.text) == (2, "An ebb.")
    assert (first.provider, first.model) == ("openai", "first"), "the last call without an error"
    assert (first.input_tokens, first.output_tokens, first.cost_usd) == (20, 40, Decimal("0.000246"))
    assert first.started_at is not None and first.finished_at is not None
    assert first.finished_at - first.started_at == timedelta(seconds=2)
    assert (other.state, other.attempt, other.text, other.output) == ("done", 3, "A flow.", None)
    assert (next_.state, next_.attempt) == ("waiting", 1)
    assert [each.model for each in run.calls.order_by("pk")] == ["first", "second", "gpt-test"]


def test_calls_that_another_step_stored_are_in_the_sum(held: Lease) -> None:
    finish(held, "outline", call("outline"), call("introduction"))
    finish(held, "introduction", call("introduction"))
    step = RunStep.objects.get(run_id=held.run_id, name="introduction")
    assert (step.input_tokens, step.cost_usd) == (20, Decimal("0.000246"))
    assert Run.objects.get(pk=held.run_id).outline == {"of": "outline"}


def test_the_same_output_is_accepted_once(held: Lease) -> None:
    finish(held, "introduction", call("introduction"), texts={"introduction": (1, "An ebb.")})
    before = everything(held)
    with pytest.raises(LeaseLost):
        finish(
            held,
            "introduction",
            call("introduction"),
            texts={"introduction": (2, "Another."), "section-1": (1, "A flow.")},
            milestones=[{"type": "part.done"}],
            begun=["conclusion"],
        )
    assert everything(held) == before


def test_without_the_lease_nothing_is_stored(alice: User, held: Lease) -> None:
    control.cancel(alice, held.run_id)
    before = everything(held)
    with pytest.raises(LeaseLost):
        finish(held, "introduction", call("introduction"), milestones=[{"type": "part.done"}])
    assert everything(held) == before


def test_after_a_stop_nothing_is_being_written(alice: User, held: Lease) -> None:
    checkpoints.flush(held, {"introduction": (1, "Half a")})
    control.cancel(alice, held.run_id)
    state = state_of(held.run_id)
    assert {part.state for part in state.parts} == {"waiting"}
    assert state.parts[0].text == "Half a", "what was written is kept"
