"""The units that runs use: one for a post, none without a result, never two."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from uuid_utils.compat import uuid7

from accounts.models import User
from billing import quotas
from billing.invariants import broken
from billing.models import Entitlement, UsageRecord
from billing.quotas import Spent
from blogai.core.errors import ProviderError, QuotaExceeded
from generation.llm.simulated import Answer, Failure, Server
from generation.models import Run
from generation.pipeline.types import Brief
from generation.runs import checkpoints, control
from generation.runs.invariants import broken as broken_runs
from generation.runs.lease import LeaseLost, acquire
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

URL = "/generate-blog"
TOPIC = {"topic": "How tides work", "sections": 2}
AT_ONCE = {"Prefer": "respond-async"}


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(db: None) -> Any:
    yield
    assert broken() == []


@pytest.fixture
def run(alice: User, provider: Server) -> Run:
    return start_run(alice, RunOptions(brief=Brief(topic="How tides work", sections=2)))


def write(run: Run) -> Run:
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def taken(user: User) -> tuple[int, int]:
    """(used, reserved) of this month."""
    month = quotas.usage(user)["month"]
    return month["used"], month["reserved"]


def test_a_post_is_one_unit(alice: User, run: Run) -> None:
    assert taken(alice) == (0, 1)
    assert write(run).status == Run.Status.COMPLETED
    assert taken(alice) == (1, 0)


def test_a_failure_is_none_and_trying_again_makes_one(alice: User, run: Run, provider: Server) -> None:
    provider.script.add(Answer(text=""), schema=False, times=None)
    assert write(run).status == Run.Status.FAILED
    assert taken(alice) == (0, 0)
    provider.script.clear()
    control.retry(alice, run.pk)
    assert taken(alice) == (0, 1)
    assert write(run).status == Run.Status.COMPLETED
    assert taken(alice) == (1, 0)


def test_a_retry_without_a_unit_left_changes_nothing(alice: User, run: Run, provider: Server) -> None:
    provider.script.add(Failure(401), times=None)
    write(run)
    for _ in range(2):  # a free plan's posts of a day
        start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))
    with pytest.raises(QuotaExceeded):
        control.retry(alice, run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.FAILED
    assert taken(alice) == (0, 2)


def test_cancelled_before_there_is_a_text_is_none(alice: User, run: Run) -> None:
    control.cancel(alice, run.pk)
    assert taken(alice) == (0, 0)


def test_cancelled_with_text_is_one_and_going_on_is_no_second(alice: User, run: Run) -> None:
    held = acquire(run.pk)
    assert held
    output = {"name": "introduction"}
    checkpoints.finish_step(held, "introduction", "made-from", output, [], {}, [], took=timedelta())
    control.cancel(alice, run.pk)
    assert taken(alice) == (1, 0)
    control.retry(alice, run.pk)
    assert taken(alice) == (1, 0)
    assert write(run).status == Run.Status.COMPLETED
    assert taken(alice) == (1, 0)


def test_going_on_after_the_unit_was_given_back_takes_another(alice: User, bob: User, run: Run) -> None:
    held = acquire(run.pk)
    assert held
    output = {"name": "introduction"}
    checkpoints.finish_step(held, "introduction", "made-from", output, [], {}, [], took=timedelta())
    control.cancel(alice, run.pk)
    quotas.give_back(run.reservation, reason="A mistake of ours", actor=bob)
    assert (taken(alice), quotas.usage(alice)["month"]["limit"]) == ((1, 0), 6)
    control.retry(alice, run.pk)
    assert taken(alice) == (1, 1)
    assert write(run).status == Run.Status.COMPLETED
    assert taken(alice) == (2, 0)
    assert broken_runs() == []


def test_a_worker_that_comes_too_late_settles_nothing(alice: User, run: Run) -> None:
    held = acquire(run.pk)
    assert held
    control.cancel(alice, run.pk)
    with pytest.raises(LeaseLost):
        checkpoints.fail(held, ProviderError("Too late."), [])
    assert taken(alice) == (0, 0)


def test_a_used_up_plan_is_said_and_starts_nothing(client_for: Any, provider: Server) -> None:
    client = client_for("alice")
    replies = [client.post(URL, TOPIC, headers=AT_ONCE) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [202, 202, 402]
    problem = replies[2].json()
    assert problem["code"] == "quota_exceeded"
    assert (problem["tier"], problem["used"], problem["limit"]) == ("free", 2, 2)
    assert problem["resets_at"]
    assert problem["upgrade_url"]
    assert Run.objects.count() == 2


def test_twenty_repeats_of_a_key_are_one_unit(client_for: Any, alice: User, provider: Server) -> None:
    client = client_for("alice")
    headers = {**AT_ONCE, "Idempotency-Key": "one"}
    assert {client.post(URL, TOPIC, headers=headers).status_code for _ in range(20)} == {202}
    assert taken(alice) == (0, 1)


def test_at_its_cost_limit_a_run_stops_and_keeps_what_it_has(
    alice: User, run: Run, provider: Server, settings: Any
) -> None:
    settings.OPENAI_MODEL = "gpt-5.2"
    provider.script.add(Answer(text=""), schema=False, times=None)
    write(run)
    provider.script.clear()
    spent = sum((call.cost_usd for call in run.calls.all()), Decimal())
    Run.objects.filter(pk=run.pk).update(max_cost_usd=spent + Decimal("0.001"))
    provider.calls.clear()
    control.retry(alice, run.pk)
    assert write(run).status == Run.Status.CANCELLED
    assert run.error_code == "cost_limit_reached"
    assert provider.calls == []
    assert taken(alice) == (0, 0), "there is nothing to read"
    assert run.steps.get(name="outline").cost_usd > 0
    Run.objects.filter(pk=run.pk).update(max_cost_usd=None)
    control.retry(alice, run.pk)
    assert write(run).status == Run.Status.COMPLETED
    assert all(not call.asked.schema for call in provider.calls), "the outline was kept"
    assert taken(alice) == (1, 0)


def test_the_ledger_has_what_the_calls_cost(alice: User, run: Run, settings: Any) -> None:
    settings.OPENAI_MODEL = "gpt-5.2"
    write(run)
    spent = sum((call.cost_usd for call in run.calls.all()), Decimal())
    assert spent > 0
    line = UsageRecord.objects.get(kind="settle")
    assert (line.cost_usd, line.for_run) == (spent, run.pk)
    assert line.input_tokens == sum(call.input_tokens for call in run.calls.all())
    assert quotas.usage(alice)["cost"]["spent_usd"] == spent


def test_a_run_may_cost_no_more_than_is_left_of_the_month(alice: User, provider: Server) -> None:
    Entitlement.objects.create(user=alice, own_cost_limit_usd=1)
    unit = uuid7()
    quotas.reserve(alice, unit)
    quotas.refund(unit, Spent(1, 1, Decimal("0.25")))
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))
    run.refresh_from_db()
    assert run.max_cost_usd == Decimal("0.75")
