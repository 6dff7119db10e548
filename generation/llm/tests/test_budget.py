"""A run's purse: what fits, what waits, what is refused."""

import asyncio
from decimal import Decimal

import pytest

from blogai.core.errors import CostLimitReached
from generation.llm.base import Call, Finish, Text
from generation.llm.budget import CostBudget, max_cost
from generation.llm.providers.openai import ChatCompletions
from generation.llm.router import Router
from generation.llm.tests.prompts import prompt
from generation.llm.tests.test_router import Scripted

MOST = max_cost(prompt(), Scripted([]))


def answering(output_tokens: int = 10) -> Scripted:
    return Scripted([Text("Bees hum."), Finish("stop", 10, output_tokens)])


def test_the_dearest_outcome_takes_every_token() -> None:
    long = prompt()
    assert max_cost(long, Scripted([])) == MOST
    assert Decimal(14) * long.max_tokens / 1_000_000 < MOST
    assert max_cost(long, Scripted([], name="local")) == 0


def test_thoughts_that_nobody_sees_are_counted() -> None:
    thinking = ChatCompletions(name="openai", model="gpt-5.2", key="k")
    assert thinking.most_tokens(prompt()) > prompt().max_tokens
    assert max_cost(prompt(), thinking) > MOST


async def test_without_a_limit_everything_fits() -> None:
    router = Router([answering()], on_call=lambda call: None, budget=CostBudget())
    assert (await router.ask(prompt(), step="outline")).text == "Bees hum."


async def test_a_call_that_might_not_fit_is_never_made() -> None:
    calls: list[Call] = []
    budget = CostBudget(limit=MOST, spent=Decimal("0.000001"))
    with pytest.raises(CostLimitReached) as refusal:
        await Router([answering()], on_call=calls.append, budget=budget).ask(prompt(), step="outline")
    assert calls == []
    assert refusal.value.code == "cost_limit_reached"
    assert refusal.value.status == 402


async def test_one_that_does_not_fit_beside_others_waits_for_them() -> None:
    calls: list[Call] = []
    budget = CostBudget(limit=MOST * Decimal("1.5"))
    router = Router([answering()], on_call=calls.append, budget=budget)
    async with asyncio.timeout(5):
        replies = await asyncio.gather(*(router.ask(prompt(), step=f"section-{n}") for n in range(4)))
    assert len(replies) == len(calls) == 4
    assert budget.spent == sum(call.cost_usd for call in calls) < budget.limit  # type: ignore[operator]


async def test_many_at_once_never_spend_more_than_the_limit() -> None:
    calls: list[Call] = []
    budget = CostBudget(limit=MOST * Decimal("3.5"))
    provider = answering(output_tokens=prompt().max_tokens)
    router = Router([provider], on_call=calls.append, budget=budget)
    async with asyncio.timeout(5):
        replies = await asyncio.gather(
            *(router.ask(prompt(), step=f"section-{n}") for n in range(9)), return_exceptions=True
        )
    refused = [reply for reply in replies if isinstance(reply, CostLimitReached)]
    assert len(refused) + len(calls) == 9
    assert refused and calls
    assert sum(call.cost_usd for call in calls) <= budget.limit  # type: ignore[operator]
