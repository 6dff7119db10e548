"""What is asked of each address and model, as the server saw it."""

from typing import Any

import pytest

from generation.llm.providers.openai import (
    COMPATIBLE,
    GEMINI,
    OPENAI,
    OPENAI_URL,
    ChatCompletions,
    Dialect,
    dialect_of,
)
from generation.llm.providers.schemas import strict
from generation.llm.simulated import Server
from generation.llm.tests.prompts import SCHEMA, prompt, read


async def sent(server: Server, dialect: Dialect, model: str, **more: Any) -> dict[str, Any]:
    provider = ChatCompletions(name="openai", model=model, base_url=server.openai_url, dialect=dialect)
    await read(provider, prompt(**more))
    return server.calls[-1].body


@pytest.mark.parametrize(
    ("name", "base_url", "dialect"),
    [
        ("openai", OPENAI_URL, OPENAI),
        ("openai", "http://127.0.0.1:11434/v1", COMPATIBLE),
        ("gemini", "https://generativelanguage.googleapis.com/v1beta/openai", GEMINI),
        ("gemini", "http://127.0.0.1:9000/v1", GEMINI),
    ],
)
def test_the_address_decides_the_dialect(name: str, base_url: str, dialect: Dialect) -> None:
    assert dialect_of(name, base_url) is dialect


async def test_the_whole_request(server: Server) -> None:
    assert await sent(server, COMPATIBLE, "llama3.2", frequency_penalty=0.6) == {
        "model": "llama3.2",
        "messages": [
            {"role": "system", "content": "You write."},
            {"role": "user", "content": "Write about bees in about 60 words."},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 500,
        "temperature": 0.5,
        "frequency_penalty": 0.6,
    }


@pytest.mark.parametrize("model", ["gpt-5.2", "gpt-6.1-sol", "o3", "o4-mini", "openai/gpt-5-mini"])
async def test_a_model_that_thinks_gets_room_for_it_and_no_sampling(server: Server, model: str) -> None:
    body = await sent(server, OPENAI, model, frequency_penalty=0.6)

    assert body["max_completion_tokens"] == 8500
    assert body["reasoning_effort"] == "low"
    assert not {"max_tokens", "temperature", "frequency_penalty"} & body.keys()


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4.1-mini", "gpt-5-chat-latest", "llama3.2", "mistral-o1"])
async def test_any_other_gets_what_the_prompt_says(server: Server, model: str) -> None:
    body = await sent(server, OPENAI, model)

    assert body["max_completion_tokens"] == 500
    assert body["temperature"] == 0.5
    assert not {"reasoning_effort", "frequency_penalty"} & body.keys()


async def test_gemini_thinks_too_but_calls_the_limit_max_tokens(server: Server) -> None:
    body = await sent(server, GEMINI, "gemini-3.5-flash")

    assert body["max_tokens"] == 8500
    assert body["reasoning_effort"] == "low"


async def test_a_gateway_gets_no_parameter_that_it_may_not_know(server: Server) -> None:
    body = await sent(server, COMPATIBLE, "openai/gpt-5.2")

    assert body["max_tokens"] == 8500
    assert "reasoning_effort" not in body


async def test_no_system_message_where_the_prompt_has_none(server: Server) -> None:
    body = await sent(server, COMPATIBLE, "llama3.2", system="")

    assert [message["role"] for message in body["messages"]] == ["user"]


async def test_a_schema_goes_as_it_is_to_a_server_that_takes_all_of_it(server: Server) -> None:
    body = await sent(server, COMPATIBLE, "llama3.2", schema=SCHEMA, schema_name="outline")

    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "outline", "strict": True, "schema": SCHEMA},
    }


def test_strict_mode_requires_everything_and_tells_what_it_cannot_enforce() -> None:
    schema = {
        "type": "object",
        "title": "Outline",
        "properties": {
            "title": {"type": "string", "maxLength": 80, "description": "Of the post."},
            "sections": {"type": "array", "minItems": 5, "maxItems": 5, "items": {"$ref": "#/$defs/Section"}},
        },
        "required": ["sections"],
        "$defs": {
            "Section": {"type": "object", "properties": {"heading": {"type": "string", "default": ""}}}
        },
    }

    assert strict(schema) == {
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "Of the post. (maxLength: 80)"},
            "sections": {"type": "array", "minItems": 5, "maxItems": 5, "items": {"$ref": "#/$defs/Section"}},
        },
        "required": ["title", "sections"],
        "additionalProperties": False,
        "$defs": {
            "Section": {
                "type": "object",
                "properties": {"heading": {"type": "string"}},
                "required": ["heading"],
                "additionalProperties": False,
            }
        },
    }
