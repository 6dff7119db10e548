"""The router over HTTP, on the simulated server, with time that hurries."""

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from blogai.core.errors import ProviderBusy, ProviderError, ProviderRejected, ProviderTimeout
from generation.llm import simulated
from generation.llm.base import Call, Provider
from generation.llm.breaker import Breaker
from generation.llm.providers.anthropic import Messages
from generation.llm.providers.openai import COMPATIBLE, ChatCompletions
from generation.llm.providers.timeouts import Timeouts
from generation.llm.retry import RetryPolicy
from generation.llm.router import Router
from generation.llm.simulated import Answer, Failure, Server, faults
from generation.llm.tests.acting import Page
from generation.llm.tests.clocks import Hurrying
from generation.llm.tests.moody import Moody
from generation.llm.tests.prompts import prompt

QUICK = Timeouts(connect=5, first_token=0.4, idle=0.4)
TIMES = 20
"""Seconds of these tests in a real one."""


@pytest.fixture
def calls() -> list[Call]:
    return []


def openai(server: Server, timeouts: Timeouts = QUICK) -> Provider:
    return ChatCompletions(
        name="openai", model="m", base_url=server.openai_url, dialect=COMPATIBLE, timeouts=timeouts
    )


def anthropic(server: Server) -> Provider:
    return Messages(model="claude", base_url=server.anthropic_url, timeouts=QUICK)


def router(calls: list[Call], *providers: Provider, **more: object) -> Router:
    hurrying = Hurrying(TIMES)
    given: dict[str, Any] = {"clock": hurrying.clock, "sleep": hurrying.sleep, **more}
    return Router(providers, on_call=calls.append, **given)


FAULTS: list[tuple[Answer | Failure, str]] = [
    (faults.broken(), "error"),
    (faults.broken(529), "error"),
    (faults.refused_key(), "error"),
    (faults.out_of_credit(), "error"),
    (faults.busy(50), "error"),
    (faults.busy_until(50), "error"),
    (faults.busy_like_gemini(50), "error"),
    (faults.hang_before_first_token(), "error"),
    (faults.hang_after(5), "error"),
    (faults.error_after(5), "error"),
    (faults.garbled_after(5), "error"),
    (faults.cut_at(1500), "cut"),
    (faults.no_finish_reason(), "cut"),
]


@pytest.mark.parametrize(("fault", "end"), FAULTS)
async def test_another_provider_takes_the_section(
    server: Server, calls: list[Call], fault: Answer | Failure, end: str
) -> None:
    server.script.add(fault)
    page = Page()

    reply = await router(calls, openai(server), anthropic(server)).ask(prompt(), step="faq", sink=page)

    assert reply.provider == "anthropic"
    assert reply.text == page.text == server.calls[1].text
    assert [(call.provider, call.finish_reason) for call in calls] == [("openai", end), ("anthropic", "stop")]


async def test_an_address_where_nobody_answers_is_passed_over(server: Server, calls: list[Call]) -> None:
    with simulated.serve() as gone:
        nobody = openai(gone)

    reply = await router(calls, nobody, anthropic(server)).ask(prompt(), step="faq", sink=Page())

    assert reply.provider == "anthropic"
    assert [call.finish_reason for call in calls] == ["error", "stop"]


@pytest.mark.parametrize("busy", [faults.busy, faults.busy_until, faults.busy_like_gemini])
async def test_the_only_provider_is_not_asked_before_its_time(
    server: Server, calls: list[Call], busy: Callable[[float], Failure]
) -> None:
    server.script.add(busy(4))  # a date is true to the second

    await router(calls, openai(server)).ask(prompt(), step="faq")

    first, second = server.calls
    assert first.ended and (second.started - first.ended) * TIMES >= 3 - 0.1


async def test_with_everything_down_it_ends(server: Server, calls: list[Call]) -> None:
    server.script.add(faults.broken(), times=None)

    with pytest.raises(ProviderError, match="isn’t answering"):
        await router(calls, openai(server), anthropic(server)).ask(prompt(), step="outline")

    assert len(calls) == len(server.calls) <= 40
    assert {call.provider for call in calls} == {"openai", "anthropic"}


@pytest.mark.parametrize("fault", [faults.refused_key(), Failure(400), Failure(404)])
async def test_the_only_provider_rejects_once(server: Server, calls: list[Call], fault: Failure) -> None:
    server.script.add(fault, times=None)

    with pytest.raises(ProviderRejected):
        await router(calls, openai(server)).ask(prompt(), step="outline")

    assert len(server.calls) == 1


async def test_a_stream_that_never_ends_in_time_is_closed(server: Server, calls: list[Call]) -> None:
    server.script.add(faults.hang_after(3), times=None)
    patient = openai(server, Timeouts())

    with pytest.raises(ProviderTimeout, match="didn’t finish"):
        await router(calls, patient, retry_policy=RetryPolicy(whole=1)).ask(prompt(), step="faq")

    await asyncio.to_thread(server.wait_until_idle)
    assert [call.outcome for call in server.calls] == ["hung up"]


async def test_cancelled_questions_leave_no_stream_and_no_task(server: Server, calls: list[Call]) -> None:
    server.script.add(faults.hang_after(3), times=4)
    server.script.add(faults.busy(30), times=None)
    breaker = Breaker()
    asking = router(calls, openai(server, Timeouts()), concurrency=6, breaker_of=lambda provider: breaker)
    before = asyncio.all_tasks()

    tasks = [
        asyncio.create_task(asking.ask(prompt(f"About {n}."), step="faq", sink=Page())) for n in range(8)
    ]
    while sum(len(call.sent) >= 3 for call in server.calls) < 4 or len(calls) < 1:
        await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)

    assert {type(end) for end in ends} == {asyncio.CancelledError}
    await asyncio.to_thread(server.wait_until_idle)
    assert asyncio.all_tasks() == before
    assert len(calls) == len(server.calls)
    assert Counter(call.finish_reason for call in calls)["cancelled"] == 4


async def test_a_moody_provider_writes_everything_in_the_end(server: Server, calls: list[Call]) -> None:
    moody = server.script = Moody()
    asking = router(
        calls, openai(server, Timeouts()), retry_policy=RetryPolicy(failing=600, busy=600, whole=6000)
    )
    pages = {f"Write about bee {number} in about 60 words.": Page() for number in range(40)}

    await asyncio.gather(*(asking.ask(prompt(user), step="faq", sink=page) for user, page in pages.items()))

    await asyncio.to_thread(server.wait_until_idle)
    by_prompt: dict[str, list[simulated.Call]] = {user: [] for user in pages}
    for call in server.calls:
        by_prompt[call.asked.user].append(call)
    for user, page in pages.items():
        attempts = by_prompt[user]
        assert attempts[-1].outcome == "answered" and page.text == attempts[-1].text
        assert not any(0 < (call.started - moody.told.get(user, 0)) * TIMES < 3 for call in attempts)
        assert all(earlier.ended and earlier.ended <= later.started for earlier, later in pairwise(attempts))
    assert len(calls) == len(server.calls) == moody.count
    assert Counter(call.finish_reason for call in calls)["stop"] == 40


async def test_no_call_at_all_comes_in_the_time_that_a_provider_asked_for(
    server: Server, calls: list[Call]
) -> None:
    server.script.add(faults.busy(10), times=3)
    asking = router(calls, openai(server, Timeouts()))

    await asyncio.gather(*(asking.ask(prompt(f"About {n}."), step="faq") for n in range(3)))

    told = max(call.ended or 0 for call in server.calls[:3])
    assert all((call.started - told) * TIMES >= 10 - 0.5 for call in server.calls[3:])


async def test_who_is_busy_for_too_long_is_said(server: Server, calls: list[Call]) -> None:
    server.script.add(faults.busy(600), times=None)

    with pytest.raises(ProviderBusy) as caught:
        await router(calls, openai(server)).ask(prompt(), step="faq")

    assert caught.value.retry_after == 600
    assert len(server.calls) == 1
