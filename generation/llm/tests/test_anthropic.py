"""What is asked of Claude, as the server saw it."""

from typing import Any

import pytest

from generation.llm.providers.anthropic import Messages
from generation.llm.simulated import Server
from generation.llm.tests.prompts import prompt, read


async def sent(server: Server, model: str, **more: Any) -> dict[str, Any]:
    await read(Messages(model=model, base_url=server.anthropic_url), prompt(**more))
    return server.calls[-1].body


async def test_the_whole_request(server: Server) -> None:
    assert await sent(server, "claude-sonnet-5") == {
        "model": "claude-sonnet-5",
        "system": "You write.",
        "messages": [{"role": "user", "content": "Write about bees in about 60 words."}],
        "max_tokens": 8500,
        "output_config": {"effort": "low"},
        "stream": True,
    }


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-haiku-4-5-20251001"])
async def test_models_that_think_only_when_told_to_need_no_room_for_it(server: Server, model: str) -> None:
    body = await sent(server, model)

    assert body["max_tokens"] == 500
    assert "output_config" not in body


@pytest.mark.parametrize(
    "model", ["claude-opus-4-6", "claude-haiku-5-5", "claude-opus-5", "claude-fable-5-1"]
)
async def test_all_others_do(server: Server, model: str) -> None:
    assert (await sent(server, model))["max_tokens"] == 8500


async def test_what_a_schema_cannot_enforce_is_told(server: Server) -> None:
    schema = {
        "type": "object",
        "properties": {"tags": {"type": "array", "minItems": 4, "items": {"type": "string"}}},
        "required": ["tags"],
    }

    body = await sent(server, "claude-sonnet-5", schema=schema)

    form = body["output_config"]["format"]
    assert form["type"] == "json_schema"
    assert form["schema"]["additionalProperties"] is False
    assert form["schema"]["properties"]["tags"]["description"] == "{minItems: 4}"
