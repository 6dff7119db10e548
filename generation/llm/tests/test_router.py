import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from blogai.core.errors import ProviderBusy, ProviderError
from generation.llm.base import FULL, Call, Finish, Profile, Prompt, Text
from generation.llm.providers import http_clients
from generation.llm.providers.openai import COMPATIBLE, ChatCompletions
from generation.llm.retry import RetryPolicy
from generation.llm.router import Router
from generation.llm.simulated import Answer, Server, faults
from generation.llm.tests.prompts import prompt

ONCE = RetryPolicy(tries=1)


@dataclass
class Scripted:
    """A provider that says `pieces`; an exception among them is raised."""

    pieces: list[Text | Finish | Exception]
    name: str = "openai"
    model: str = "gpt-5.2"
    profile: Profile = FULL
    closed: bool = False

    def most_tokens(self, prompt: Prompt) -> int:
        return prompt.max_tokens

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Text | Finish, None]:
        try:
            for piece in self.pieces:
                await asyncio.sleep(0)
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed = True


@dataclass
class Heard:
    """A sink that has enough after `enough` pieces."""

    enough: int = 100
    written: list[str] = field(default_factory=list)

    def write(self, text: str) -> bool:
        self.written.append(text)
        return len(self.written) < self.enough

    def restart(self, reason: str) -> None:
        self.written.clear()


@pytest.fixture
def calls() -> list[Call]:
    return []


async def test_a_reply_is_the_text_that_the_sink_heard(calls: list[Call]) -> None:
    provider = Scripted([Text("Bees "), Text("hum."), Finish("stop", 1000, 100)])
    heard = Heard()

    reply = await Router([provider], on_call=calls.append).ask(prompt(), step="section-1", sink=heard)

    assert reply.text == "".join(heard.written) == "Bees hum."
    assert (reply.finish, reply.provider, reply.model) == ("stop", "openai", "gpt-5.2")
    [call] = calls
    assert (call.step, call.input_tokens, call.output_tokens, call.estimated) == (
        "section-1",
        1000,
        100,
        False,
    )
    assert (call.cost_usd, call.finish_reason, call.error) == (Decimal("0.003150"), "stop", "")
    assert call.first_token_ms is not None and call.duration_ms >= call.first_token_ms


async def test_what_the_provider_did_not_count_is_estimated(calls: list[Call]) -> None:
    provider = Scripted([Text("x" * 41), Finish("stop")])
    asked = Prompt(system="s" * 10, user="u" * 30, max_tokens=100, temperature=0)

    await Router([provider], on_call=calls.append).ask(asked, step="outline")

    assert (calls[0].input_tokens, calls[0].output_tokens, calls[0].estimated) == (10, 11, True)


async def test_the_sink_ends_a_call(calls: list[Call]) -> None:
    provider = Scripted([Text("one "), Text("two "), Text("three"), Finish("stop")])

    reply = await Router([provider], on_call=calls.append).ask(prompt(), step="faq", sink=Heard(enough=2))

    assert (reply.text, reply.finish) == ("one two ", "stopped")
    assert provider.closed
    assert [call.finish_reason for call in calls] == ["stopped"]


async def test_a_stream_without_an_end_is_no_reply(calls: list[Call]) -> None:
    router = Router([Scripted([Text("Half a")])], on_call=calls.append, retry_policy=ONCE)

    with pytest.raises(ProviderError, match="OpenAI cut its reply short"):
        await router.ask(prompt(), step="faq")

    assert [(call.finish_reason, call.estimated) for call in calls] == [("cut", True)]


async def test_a_provider_that_ignores_the_limit_is_stopped(calls: list[Call]) -> None:
    provider = Scripted([Text("word " * 100)] * 50)

    reply = await Router([provider], on_call=calls.append).ask(prompt(max_tokens=100), step="faq")

    assert reply.finish == "length"
    assert len(reply.text) == 1000
    assert provider.closed


async def test_a_failed_call_is_counted_once(calls: list[Call]) -> None:
    provider = Scripted([Text("So "), ProviderBusy("Busy.", retry_after=3)])

    with pytest.raises(ProviderBusy):
        await Router([provider], on_call=calls.append, retry_policy=ONCE).ask(prompt(), step="faq")

    assert [(call.finish_reason, call.error, call.output_tokens) for call in calls] == [
        ("error", "provider_error", 1)
    ]


async def test_a_call_that_is_turned_away_costs_nothing(calls: list[Call]) -> None:
    provider = Scripted([ProviderError("Down.")])

    with pytest.raises(ProviderError):
        await Router([provider], on_call=calls.append, retry_policy=ONCE).ask(prompt(), step="faq")

    [call] = calls
    assert (call.input_tokens, call.output_tokens, call.cost_usd, call.estimated) == (0, 0, Decimal(0), False)


async def test_a_cancelled_call_is_counted_and_hangs_up(server: Server, calls: list[Call]) -> None:
    server.script.add(faults.hang_after(5))
    provider = ChatCompletions(name="openai", model="m", base_url=server.openai_url, dialect=COMPATIBLE)
    router = Router([provider], on_call=calls.append)
    heard = Heard()

    task = asyncio.create_task(router.ask(prompt(), step="faq", sink=heard))
    while not heard.written:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert [call.finish_reason for call in calls] == ["cancelled"]
    await asyncio.to_thread(server.wait_until_idle)
    assert server.calls[0].outcome == "hung up"


async def test_no_more_calls_at_once_than_lanes(server: Server, calls: list[Call]) -> None:
    gate = server.gate()
    server.script.add(Answer(gate=gate), times=None)
    provider = ChatCompletions(name="openai", model="m", base_url=server.openai_url, dialect=COMPATIBLE)
    router = Router([provider], on_call=calls.append, concurrency=3)

    asking = asyncio.gather(*(router.ask(prompt(f"About {number}."), step="faq") for number in range(8)))
    for _ in range(3):
        await asyncio.to_thread(gate.wait_for_call)
    gate.release()
    replies = await asking

    assert server.max_in_flight == 3
    assert len({reply.text for reply in replies}) == len(calls) == 8


async def test_clients_are_shared_until_they_are_closed() -> None:
    class Client:
        closed = False

        async def close(self) -> None:
            self.closed = True

    first = await http_clients.client_for("key", Client)
    assert await http_clients.client_for("key", Client) is first

    await http_clients.aclose()

    assert first.closed
    assert await http_clients.client_for("key", Client) is not first


def test_a_loop_that_ends_closes_its_clients() -> None:
    class Client:
        closed = False

        async def close(self) -> None:
            await asyncio.sleep(0)
            self.closed = True

    client = asyncio.run(http_clients.client_for("key", Client))

    assert client.closed
