"""The simulated provider keeps what it promises to tests that build on it."""

import asyncio
import itertools
import json
import subprocess
import sys
import time
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest

from generation.llm import simulated
from generation.llm.simulated import Answer, Server, faults, writing
from generation.llm.simulated.asked import Asked
from generation.llm.tests.prompts import SCHEMA

OUTLINE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 70},
        "slug": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 60},
        "description": {"type": "string", "maxLength": 160},
        "tags": {"type": "array", "minItems": 2, "maxItems": 5, "items": {"type": "string", "maxLength": 30}},
        "tone": {"enum": ["casual", "formal"]},
        "words": {"type": "integer", "minimum": 50, "maximum": 400},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "sections": {"type": "array", "minItems": 12, "maxItems": 12, "items": {"$ref": "#/$defs/Section"}},
    },
    "required": ["title", "slug", "description", "tags", "tone", "words", "note", "sections"],
    "additionalProperties": False,
    "$defs": {
        "Section": {
            "type": "object",
            "properties": {
                "heading": {"type": "string", "minLength": 3, "maxLength": 60},
                "purpose": {"type": "string", "maxLength": 200},
            },
            "required": ["heading", "purpose"],
            "additionalProperties": False,
        }
    },
}


def asked(user: str = "Write.", schema: dict[str, Any] | None = None) -> Asked:
    return Asked("m", "", user, 1000, schema, True)


def body(user: str = "Write about 80 words.", **more: Any) -> dict[str, Any]:
    return {"model": "m", "max_tokens": 500, "messages": [{"role": "user", "content": user}], **more}


def post(server: Server, path: str = "/v1/chat/completions", **more: Any) -> Any:
    reply = httpx.post(server.url + path, json=body(**more), trust_env=False)
    return reply.raise_for_status().json()


@pytest.mark.parametrize("number", range(20))
def test_json_is_true_to_its_schema_with_distinct_headings(number: int) -> None:
    reply = json.loads(writing.reply(asked(f"Post {number}", OUTLINE)))

    jsonschema.validate(reply, OUTLINE)
    headings = [section["heading"] for section in reply["sections"]]
    assert len(set(headings)) == 12


def test_the_same_prompt_gets_the_same_reply_and_another_shares_no_five_words() -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}

    texts = [writing.reply(asked(f"Section {number} in about 250 words.")) for number in range(8)]

    assert texts[0] == writing.reply(asked("Section 0 in about 250 words."))
    assert all(250 <= len(text.split()) < 350 for text in texts)
    assert all(runs(one).isdisjoint(runs(other)) for one, other in itertools.combinations(texts, 2))


def test_both_apis_answer_at_once_too(server: Server) -> None:
    openai = post(server)
    anthropic = post(server, "/v1/messages")

    assert openai["choices"][0]["message"]["content"] == anthropic["content"][0]["text"]
    assert openai["usage"]["completion_tokens"] == anthropic["usage"]["output_tokens"]
    assert [call.path for call in server.calls] == ["/v1/chat/completions", "/v1/messages"]


def test_calls_are_remembered(server: Server) -> None:
    post(server, user="One", max_tokens=2)
    server.wait_until_idle()

    [call] = server.calls
    assert (call.model, call.asked.user, call.outcome, call.in_flight) == ("m", "One", "answered", 1)
    assert len(call.asked.digest) == 12
    assert len(call.text.split()) == 2


def test_rules_take_the_calls_they_name(server: Server) -> None:
    server.script.add(Answer(text="third bee"), prompt="bee", skip=2)
    server.script.add(faults.not_json(), schema=True)
    form = {"response_format": {"type": "json_schema", "json_schema": {"name": "o", "schema": SCHEMA}}}

    def said(user: str, **more: Any) -> str:
        return str(post(server, user=user, **more)["choices"][0]["message"]["content"])

    assert [said("a bee") == "third bee" for _ in range(4)] == [False, False, True, False]
    assert said("an outline", **form).startswith("Of course!")
    assert json.loads(said("an outline", **form))


@pytest.mark.parametrize(
    "fault", [faults.not_json, faults.half_json, faults.empty, faults.wrong_schema, faults.thinking_aloud]
)
def test_outlines_that_are_none(server: Server, fault: Any) -> None:
    server.script.add(fault())

    text = post(
        server, response_format={"type": "json_schema", "json_schema": {"name": "o", "schema": OUTLINE}}
    )["choices"][0]["message"]["content"]

    with pytest.raises((ValueError, jsonschema.ValidationError)):
        jsonschema.validate(json.loads(text), OUTLINE)


def test_ten_thousand_sections() -> None:
    answer = faults.many_sections()
    assert callable(answer.text)

    assert len(json.loads(answer.text(asked("Post", OUTLINE)))["sections"]) == 10_000


async def test_the_same_time_for_every_call_and_the_most_at_once() -> None:
    with simulated.serve(seconds_per_call=0.4) as server:
        async with httpx.AsyncClient(trust_env=False) as client:
            started = time.monotonic()
            await asyncio.gather(
                *(
                    client.post(server.openai_url + "/chat/completions", json=body(str(n), stream=True))
                    for n in range(5)
                )
            )

    assert time.monotonic() - started >= 0.4
    assert server.max_in_flight == 5
    assert all(call.ended and call.ended - call.started >= 0.4 for call in server.calls)


def test_closing_ends_what_hangs() -> None:
    with simulated.serve() as server:
        gate = server.gate()
        server.script.add(Answer(gate=gate))
        with httpx.Client(trust_env=False) as client:
            request = client.build_request(
                "POST", server.url + "/v1/chat/completions", json=body(stream=True)
            )
            reply = client.send(request, stream=True)
            gate.wait_for_call()
            reply.close()
        server.wait_until_idle()

    assert server.calls[0].outcome == "hung up"


def test_a_port_that_is_taken_is_an_error(server: Server) -> None:
    with pytest.raises(OSError, match="in use"), simulated.serve(port=server.port):
        pass


@pytest.mark.worker
def test_the_command_for_people_with_curl() -> None:
    command = [sys.executable, "-m", "generation.llm.simulated", "--port", "0", "--seconds-per-call", "0.01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().split()[0].partition("=")[2]
        reply = httpx.post(f"{address}/chat/completions", json=body(), trust_env=False)
        process.terminate()

    assert reply.json()["choices"][0]["finish_reason"] == "stop"
    assert process.returncode == 0
