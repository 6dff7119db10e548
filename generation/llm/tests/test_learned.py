"""What a server refuses is left out, once; what a model needs is given from then on."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from blogai.core.errors import ProviderRejected, ProviderTimeout
from generation.llm.base import Call, Provider
from generation.llm.providers import anthropic, openai
from generation.llm.providers.timeouts import Timeouts
from generation.llm.router import Router
from generation.llm.simulated import Answer, Failure, Raw, Server, faults
from generation.llm.tests.acting import Page
from generation.llm.tests.prompts import SCHEMA, prompt, read
from generation.llm.tests.streams import DONE, USAGE, chunk


def chat(server: Server, dialect: openai.Dialect = openai.COMPATIBLE, **more: Any) -> Provider:
    fields = {"name": "openai", "model": "m", "base_url": server.openai_url, "dialect": dialect, **more}
    return openai.ChatCompletions(**fields)


def claude(server: Server) -> Provider:
    return anthropic.Messages(model="claude-sonnet-5", base_url=server.anthropic_url)


def refuse(server: Server, parameter: str, message: str, status: int = 400) -> None:
    failure = Failure(status, body={"error": {"message": message}})
    server.script.add(failure, parameter=parameter, times=None)


REFUSALS = [
    (
        "max_tokens",
        "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
    ),
    ("temperature", "`temperature` does not support 0.5 with this model. Only the default (1) is supported."),
    ("frequency_penalty", "Additional properties are not allowed ('frequency_penalty' was unexpected)"),
    ("stream_options", "Unrecognized request argument supplied: stream_options"),
    ("json_schema", "This model does not support structured output."),
    ("json_schema", "'response_format.type' must be 'json_object' or 'text'"),
    ("system", "System role not supported"),
    ("system", "Developer instruction is not enabled for this model"),
    ("system", "Only user and assistant roles are supported!"),
    ("json_schema", "Guided decoding is not available: its backend is missing."),
]


@pytest.mark.parametrize(("parameter", "message"), REFUSALS)
@pytest.mark.parametrize("status", [400, 422])
async def test_a_refused_parameter_is_left_out_from_then_on(
    server: Server, parameter: str, message: str, status: int
) -> None:
    refuse(server, parameter, message, status)

    for _ in range(2):
        _, finish = await read(chat(server), prompt(schema=SCHEMA, frequency_penalty=0.5))
        assert finish and finish.reason == "stop"

    server.wait_until_idle()
    assert [call.outcome for call in server.calls] == ["failed", "answered", "answered"]
    sent = server.calls[-1].asked.parameters
    assert parameter not in sent
    if parameter == "max_tokens":
        assert server.calls[-1].body["max_completion_tokens"] == 500
    if parameter == "system":
        assert "You write." in server.calls[-1].asked.user


async def test_fastapis_list_names_a_parameter_too(server: Server) -> None:
    detail = [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted", "input": {}}]
    server.script.add(Failure(422, body={"detail": detail}), parameter="stream_options", times=None)

    await read(chat(server))

    assert len(server.calls) == 2


async def test_json_is_asked_for_in_words_in_the_end(server: Server) -> None:
    refuse(server, "json_schema", "Invalid response_format")
    refuse(server, "json_object", "Invalid response_format")

    text, _ = await read(chat(server), prompt(schema=SCHEMA))

    forms = [call.body.get("response_format", {}).get("type") for call in server.calls]
    assert forms == ["json_schema", "json_object", None]
    assert '"sections"' in server.calls[-1].asked.user
    assert text.startswith("{")


@pytest.mark.parametrize(
    ("message", "limit"),
    [
        ("max_tokens is too large: 500. This model supports at most 300 completion tokens.", 300),
        ("This model's maximum context length is 400 tokens, you asked for 500 (max_tokens).", 200),
        ("max_tokens must be less than or equal to 256", 256),
    ],
)
async def test_a_limit_that_is_too_large_is_lowered(server: Server, message: str, limit: int) -> None:
    server.script.add(Failure(400, body={"error": {"message": message}}))
    provider = chat(server)

    await read(provider)

    assert server.calls[-1].body["max_tokens"] == limit == provider.most_tokens(prompt())


async def test_reasoning_effort_is_left_out_too(server: Server) -> None:
    refuse(server, "reasoning_effort", "Unsupported value: 'reasoning_effort' does not support 'low'.")

    await read(chat(server, openai.OPENAI, model="gpt-5.2"))

    assert len(server.calls) == 2


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("output_config.effort: this model does not support the effort parameter", {"format"}),
        ("output_config.format: json_schema is not supported", {"effort"}),
    ],
)
async def test_claude_without_what_it_refuses(server: Server, message: str, kept: set[str]) -> None:
    server.script.add(Failure(400, body={"type": "error", "error": {"message": message}}))

    text, _ = await read(claude(server), prompt(schema=SCHEMA))

    assert server.calls[-1].body["output_config"].keys() == kept
    assert text.startswith("{")


@pytest.mark.parametrize("make", [chat, claude])
async def test_what_cannot_be_mended_is_told_in_one_call(
    server: Server, make: Callable[[Server], Provider]
) -> None:
    server.script.add(Failure(400, body={"error": {"message": "The prompt is too spicy."}}), times=None)

    with pytest.raises(ProviderRejected):
        await read(make(server))

    assert len(server.calls) == 1


async def test_a_server_that_refuses_everything_is_told_so(server: Server) -> None:
    server.script.add(
        Failure(400, body={"error": {"message": "temperature max_tokens stream_options"}}), times=None
    )

    with pytest.raises(ProviderRejected):
        await read(chat(server))

    assert len(server.calls) <= 9


# Room to think -----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["Qwen/Qwen3-8B", "glm-4.6", "kimi-k2-thinking", "mine"])
@pytest.mark.parametrize("inline", [False, True])
async def test_thoughts_that_use_up_a_reply_get_room(server: Server, model: str, inline: bool) -> None:
    thoughts = {"content": "<think>Hm. Bees."} if inline else {"content": "", "reasoning_content": "Hm."}
    server.script.add(Raw(lambda asked: [chunk(thoughts), chunk({}, "length", usage=USAGE), DONE]))
    calls: list[Call] = []
    router = Router([chat(server, model=model)], on_call=calls.append)
    page = Page()

    reply = await router.ask(prompt(), step="faq", sink=page)
    await router.ask(prompt(), step="faq")

    assert (reply.finish, reply.text) == ("stop", page.text)
    assert [call.body["max_tokens"] for call in server.calls] == [500, 8500, 8500]
    assert (calls[0].finish_reason, calls[0].output_tokens) == ("length", 123)
    assert len(calls) == 3


async def test_room_is_not_given_without_end(server: Server) -> None:
    server.script.add(Raw(lambda asked: [chunk({"reasoning": "Hm."}), chunk({}, "length"), DONE]), times=None)
    calls: list[Call] = []

    reply = await Router([chat(server)], on_call=calls.append).ask(prompt(), step="faq")

    assert reply.finish == "length"
    assert [call.body["max_tokens"] for call in server.calls] == [500, 8500, 24500]


# A model being loaded ----------------------------------------------------------------------------


async def test_a_model_being_loaded_is_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generation.llm.providers.reading.LOADING_PAUSE", 0.05)
    server.script.add(faults.loading(), times=8)
    waits = chat(server, timeouts=Timeouts(first_token=0.2, cold_start=20))
    does_not = chat(server, timeouts=Timeouts(first_token=0.2))

    with pytest.raises(ProviderTimeout):
        await read(does_not)
    _, finish = await read(waits)

    assert finish and finish.reason == "stop"


async def test_a_silent_start_is_waited_for_once(server: Server) -> None:
    silent = Answer(gate=server.gate())
    server.script.add(Raw(lambda asked: [0.6, chunk({"content": "Bees hum."}), chunk({}, "stop"), DONE]))
    server.script.add(silent)
    provider = chat(server, timeouts=Timeouts(first_token=0.3, cold_start=20))

    assert (await read(provider))[0] == "Bees hum."
    with pytest.raises(ProviderTimeout, match=r"within 0\.3 seconds"):
        await read(provider)


async def test_a_call_waits_while_the_server_answers_another(server: Server) -> None:
    """It queues calls: the second gets its first byte long after the usual time."""
    server.at_once, server.queues = 1, True
    long = [piece for n in range(12) for piece in (chunk({"content": f"Bee {n}. "}), 0.1)]
    server.script.add(Raw(lambda asked: [*long, chunk({}, "stop"), DONE]), times=None)
    provider = chat(server, timeouts=Timeouts(first_token=0.5))

    replies = await asyncio.gather(read(provider), read(provider))

    assert [finish.reason for _, finish in replies if finish] == ["stop", "stop"]
    assert len(server.calls) == 2


# Addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("", "/openai/deployments/gpt-4o/chat/completions"),
        ("/openai", "/openai/deployments/gpt-4o/chat/completions"),
        ("/openai/deployments/mine", "/openai/deployments/mine/chat/completions"),
        ("/openai/v1", "/openai/v1/chat/completions"),
    ],
)
async def test_azure_has_the_deployment_in_the_path(server: Server, path: str, asked: str) -> None:
    azure = chat(server, openai.AZURE, model="gpt-4o", key="secret", base_url=f"{server.url}{path}")

    _, finish = await read(azure)

    assert finish and finish.reason == "stop"
    [call] = server.calls
    assert call.path == asked
    assert call.headers["api-key"] == "secret"
    assert call.query == ("" if path.endswith("v1") else "api-version=2024-10-21")


async def test_a_gateway_gets_its_headers(server: Server) -> None:
    headers = (("X-Title", "Blog AI"), ("HTTP-Referer", "https://blog.example.org"))

    await read(chat(server, key="secret", headers=headers, organization="org-7"))

    sent = server.calls[0].headers
    assert (sent["x-title"], sent["http-referer"]) == ("Blog AI", "https://blog.example.org")
    assert (sent["openai-organization"], sent["authorization"]) == ("org-7", "Bearer secret")
