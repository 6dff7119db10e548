"""/runs/{id}/receipt and "What it cost" on the post's page: every call once, and sums that agree."""

import asyncio
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from pytest_django import Settings

from accounts.models import User
from generation.llm import simulated
from generation.llm.simulated import Answer, Failure, Server, faults
from generation.models import LlmCall, Run, RunStep
from generation.pipeline.types import Brief
from generation.runs import control
from generation.runs.receipt import receipt_of
from generation.runs.start import RunOptions, start_run
from generation.web.live_context import figures_of
from generation.worker.execute import execute

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")

ECHO = " ".join(f"The tide of day {day} comes at hour {day * 7 % 24}, and goes again." for day in range(40))


@pytest.fixture
def run(alice: User, provider: Server, settings: Settings) -> Run:
    settings.OPENAI_MODEL = "gpt-5.2"
    return start_run(alice, RunOptions(brief=Brief(topic="How tides work", sections=2)))


def write(run: Run) -> Run:
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def receipt_in_api(client: Any, run: Run) -> dict[str, Any]:
    """The receipt, whose sums are those of its calls, of the run and of its finished steps."""
    receipt: dict[str, Any] = client.get(f"/api/v1/runs/{run.pk}/receipt").json()
    costs: dict[str, Decimal] = defaultdict(Decimal)
    tokens: dict[str, int] = defaultdict(int)
    for call in receipt["calls"]:
        costs[call["step"]] += Decimal(call["cost_usd"])
        tokens[call["step"]] += call["input_tokens"] + call["output_tokens"]
    steps = {step["step"]: step for step in receipt["steps"]}
    assert {name: Decimal(step["cost_usd"]) for name, step in steps.items()} == costs
    assert {name: step["input_tokens"] + step["output_tokens"] for name, step in steps.items()} == tokens
    assert Decimal(receipt["total"]["cost_usd"]) == sum(costs.values())
    assert receipt["total"]["calls"] == len(receipt["calls"]) == LlmCall.objects.filter(run=run).count()
    reply = client.get(f"/api/v1/runs/{run.pk}").json()
    for figure in ("calls", "input_tokens", "output_tokens", "cost_usd"):
        assert reply[figure] == receipt["total"][figure]
    assert figures_of(run).cost_usd == Decimal(receipt["total"]["cost_usd"])
    for step in RunStep.objects.filter(run=run, output__isnull=False):
        assert step.cost_usd == costs[step.name], step.name
        assert step.input_tokens + step.output_tokens == tokens[step.name]
    return receipt


def test_it_works(client_for: Any, run: Run, provider: Server) -> None:
    write(run)
    receipt = receipt_in_api(client_for("alice"), run)
    assert (receipt["status"], receipt["unit"]) == ("completed", "settled")
    assert len(receipt["calls"]) == len(provider.calls) == 6
    assert [step["step"] for step in receipt["steps"]] == [
        *("outline", "introduction", "section-1", "section-2", "conclusion", "faq")
    ]
    call = receipt["calls"][0]
    assert (call["step"], call["provider"], call["model"]) == ("outline", "openai", "gpt-5.2")
    assert (call["finish_reason"], call["error"], call["estimated"]) == ("stop", "", False)
    assert Decimal(receipt["total"]["cost_usd"]) > Decimal("0.01")
    assert Decimal(receipt["max_cost_usd"]) == 2


def test_failed_attempts_failovers_and_redrafts_are_in_the_sums(
    client_for: Any, alice: User, run: Run, provider: Server, settings: Settings
) -> None:
    provider.script.add(faults.error_after(9), prompt="Write the introduction")
    first_draft = r"(?s)\A(?!.*<blog-taken>).*Write section \d"
    with simulated.serve() as other:
        for server in (provider, other):
            server.script.add(Answer(text=ECHO), prompt=first_draft, times=None)
            server.script.add(Answer(text=""), prompt=r"(?s)\A(?!.*came back empty).*Write the conclusion")
        settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL = "simulated", other.anthropic_url
        settings.ANTHROPIC_MODEL = "claude-sonnet-5"
        assert write(run).status == Run.Status.COMPLETED
        assert len(other.calls) >= 1
    receipt = receipt_in_api(client_for("alice"), run)
    calls: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for call in receipt["calls"]:
        calls[call["step"]].append((call["provider"], call["error"], call["finish_reason"]))
    assert calls["introduction"][0] == ("openai", "provider_error", "error")
    assert calls["introduction"][-1] == ("anthropic", "", "stop")
    assert len(calls["conclusion"]) == 2
    assert len(calls["checks"]) == 1
    assert receipt["calls"][0]["price_version"]
    failed = next(call for call in receipt["calls"] if call["error"])
    assert failed["estimated"] and Decimal(failed["cost_usd"]) > 0


def test_the_posts_page_shows_the_same_figures(browser: Any, run: Run) -> None:
    write(run)
    page = browser.get(f"/posts/{run.post_id}").text
    receipt = receipt_of(run)
    assert "What it cost" in page
    assert page.count("<tr>") == 1 + len(receipt.steps) + 1
    for figure in (receipt.total, *(step.sum for step in receipt.steps)):
        assert f"${figure.cost_usd}</td>" in page
        assert f">{figure.input_tokens:,}</td>" in page
    assert "Model: gpt-5.2." in page
    assert "It counts as 1 post toward your plan." in page
    assert f"{receipt.total.tokens:,} tokens, ${receipt.total.cost_usd:.3f}" in page


def test_the_posts_page_takes_few_queries(browser: Any, run: Run, django_assert_max_num_queries: Any) -> None:
    write(run)
    with django_assert_max_num_queries(
        1 + 5
    ):  # the session, its user, the post, its run, the run's calls, the meter
        browser.get(f"/posts/{run.post_id}")


def test_a_failed_run_has_one_and_took_no_post(
    client_for: Any, browser: Any, run: Run, provider: Server
) -> None:
    provider.script.add(Answer(text=""), schema=False, times=None)
    assert write(run).status == Run.Status.FAILED
    receipt = receipt_in_api(client_for("alice"), run)
    assert receipt["unit"] == "refunded"
    page = browser.get(f"/posts/{run.post_id}").text
    assert "It doesn’t count toward your plan." in page
    assert f"${receipt['total']['cost_usd']}</td>" in page


def test_a_run_without_a_call_has_one(client_for: Any, browser: Any, alice: User, run: Run) -> None:
    receipt = receipt_in_api(client_for("alice"), run)
    assert (receipt["unit"], receipt["calls"], receipt["total"]["cost_usd"]) == ("reserved", [], "0.000000")
    control.cancel(alice, run.pk)
    assert receipt_in_api(client_for("alice"), run)["unit"] == "refunded"
    assert "No model was used." in browser.get(f"/posts/{run.post_id}").text


def test_what_is_under_way_when_a_run_is_cancelled_is_in_it(
    client_for: Any, alice: User, run: Run, provider: Server
) -> None:
    gate = provider.gate()
    provider.script.add(Answer(gate=gate, gate_at=20), schema=False, times=None)

    async def cancel_meanwhile() -> None:
        writing = asyncio.create_task(execute(run.pk))
        for _ in range(3):
            await asyncio.to_thread(gate.wait_for_call)
        await sync_to_async(control.cancel)(alice, run.pk)
        await asyncio.wait_for(writing, 5)

    async_to_sync(cancel_meanwhile)()
    gate.release()
    receipt = receipt_in_api(client_for("alice"), run)
    assert receipt["status"] == "cancelled"
    cancelled = [call for call in receipt["calls"] if call["finish_reason"] == "cancelled"]
    assert {call["step"] for call in cancelled} == {"introduction", "section-1", "section-2"}
    assert all(call["estimated"] and Decimal(call["cost_usd"]) > 0 for call in cancelled)


def test_a_zombies_calls_are_booked_and_no_step_forgets_them(
    client_for: Any, run: Run, provider: Server
) -> None:
    provider.script.add(Answer(gate=(gate := provider.gate())), times=1)

    async def overtake() -> None:
        zombie = asyncio.create_task(execute(run.pk))
        await asyncio.to_thread(gate.wait_for_call)
        await Run.objects.filter(pk=run.pk).aupdate(lease_until=None)
        await execute(run.pk)
        gate.release()
        await zombie

    async_to_sync(overtake)()
    receipt = receipt_in_api(client_for("alice"), run)
    assert sum(call["step"] == "outline" for call in receipt["calls"]) == 2


def test_the_meter_agrees_with_the_api_at_every_checkpoint(
    client_for: Any, browser: Any, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generation.runs import checkpoints

    client, seen, finish_step = client_for("alice"), [], checkpoints.finish_step

    def look(*arguments: Any, **more: Any) -> Any:
        milestones = finish_step(*arguments, **more)
        cost = Decimal(client.get(f"/api/v1/runs/{run.pk}").json()["cost_usd"])
        shown = browser.get(f"/posts/{run.post_id}/figures").text
        assert f"${cost:.3f}" in shown
        seen.append(cost)
        return milestones

    monkeypatch.setattr(checkpoints, "finish_step", look)
    write(run)
    assert len(seen) == 8
    assert seen == sorted(seen)
    assert seen[0] > 0


def test_a_model_without_a_price_is_named(browser: Any, run: Run, settings: Settings) -> None:
    settings.OPENAI_MODEL = "llama3.2"
    write(run)
    page = browser.get(f"/posts/{run.post_id}").text
    assert "tokens, price not known." in page
    assert (
        "We don’t know the price of llama3.2, so it counts as $0."
        in browser.get(f"/posts/{run.post_id}").text
    )


def test_a_failure_that_nobody_charges_for(client_for: Any, run: Run, provider: Server) -> None:
    provider.script.add(Failure(401), times=None)
    write(run)
    receipt = receipt_in_api(client_for("alice"), run)
    assert {call["error"] for call in receipt["calls"]} == {"provider_error"}
    assert receipt["total"]["cost_usd"] == "0.000000"
