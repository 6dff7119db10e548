"""One small call tests whether a connection works."""

import asyncio

import pytest

from blogai.core.errors import ProviderBusy, ProviderError, ProviderTimeout, UnusableReply
from generation.llm.providers.errors import KeyRejected, ModelRejected, OutOfCredit, Unreachable
from generation.llm.providers.openai import ChatCompletions
from generation.llm.providers.timeouts import Timeouts
from generation.llm.simulated import Answer, Failure, Server
from generation.llm.trial import PROMPT, try_out


def provider_at(base_url: str) -> ChatCompletions:
    timeouts = Timeouts(connect=1, first_token=0.3, idle=0.3)
    return ChatCompletions(name="openai", model="m", key="k", base_url=base_url, timeouts=timeouts)


def test_it_works(server: Server) -> None:
    asyncio.run(try_out(provider_at(server.openai_url)))
    [call] = server.calls
    assert (call.asked.prompt.strip()[-len(PROMPT.user) :], call.asked.max_tokens) == (PROMPT.user, 16)


@pytest.mark.parametrize(
    ("reaction", "error"),
    [
        (Failure(401), KeyRejected),
        (Failure(403), KeyRejected),
        (Failure(402), OutOfCredit),
        (Failure(404), ModelRejected),
        (Failure(429), ProviderBusy),
        (Failure(500), ProviderError),
        (Answer(text=""), None),
    ],
)
def test_what_a_server_says(
    server: Server, reaction: Failure | Answer, error: type[Exception] | None
) -> None:
    server.script.add(reaction, times=None)
    if error is None:
        asyncio.run(try_out(provider_at(server.openai_url)))
    else:
        with pytest.raises(error):
            asyncio.run(try_out(provider_at(server.openai_url)))
    assert len(server.calls) == 1


def test_nobody_is_there() -> None:
    with pytest.raises(Unreachable):
        asyncio.run(try_out(provider_at("http://127.0.0.1:1/v1")))


def test_silence_is_bounded(server: Server) -> None:
    gate = server.gate()
    server.script.add(Answer(gate=gate))
    with pytest.raises(ProviderTimeout):
        asyncio.run(try_out(provider_at(server.openai_url)))
    gate.release()


def test_a_reply_without_any_answer(server: Server) -> None:
    server.script.add(Answer(text="", finish=None))
    with pytest.raises(UnusableReply):
        asyncio.run(try_out(provider_at(server.openai_url)))
