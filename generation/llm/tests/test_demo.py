"""The demo model itself, in its own process. Seconds each: it is a real model."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import jsonschema  # type: ignore[import-untyped]
import pytest

from generation.llm import demo
from generation.llm.base import SMALL, Call, Prompt
from generation.llm.providers.openai import COMPATIBLE, ChatCompletions
from generation.llm.providers.timeouts import Timeouts
from generation.llm.router import Router

pytestmark = pytest.mark.worker

COMMAND = [sys.executable, "-m", "generation.llm.demo"]
PATIENT = Timeouts(first_token=60, idle=60)


def paragraph(heading: str) -> Prompt:
    return Prompt(
        system="",
        user="Write one paragraph of about 100 words for a blog post about urban beekeeping. "
        f'The paragraph is under the heading "{heading}". Only write the paragraph.',
        max_tokens=SMALL.part_tokens or 0,
        temperature=SMALL.writing_temperature,
        frequency_penalty=SMALL.frequency_penalty,
    )


@pytest.fixture(scope="module")
def model() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running process and its base URL."""
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdin and process.stdout
    word, port = process.stdout.readline().split()
    assert word == "ready"
    yield process, f"http://127.0.0.1:{port}/v1"
    process.stdin.close()
    process.stdout.close()
    assert process.wait(5) == 0


@pytest.fixture
def calls() -> list[Call]:
    return []


@pytest.fixture
def router(model: tuple[subprocess.Popen[str], str], calls: list[Call]) -> Router:
    provider = ChatCompletions(
        name="local",
        model=demo.MODEL,
        base_url=model[1],
        profile=SMALL,
        timeouts=PATIENT,
        dialect=COMPATIBLE,
    )
    return Router([provider], on_call=calls.append)


async def test_it_writes_six_parts_at_once(router: Router, calls: list[Call]) -> None:
    headings = ("The right hive", "Local rules", "The seasons", "Harvesting", "Mistakes", "What it costs")

    replies = await asyncio.gather(*(router.ask(paragraph(heading), step="section") for heading in headings))

    assert all(len(reply.text.split()) >= 15 for reply in replies)
    assert {reply.finish for reply in replies} <= {"stop", "length"}
    assert not any(call.estimated for call in calls)
    assert {call.price_version for call in calls} == {"local"}


async def test_its_json_is_true_to_the_schema(router: Router) -> None:
    schema = {
        "type": "object",
        "properties": {
            "headings": {
                "type": "array",
                "minItems": 5,
                "maxItems": 5,
                "items": {"type": "string", "minLength": 8, "maxLength": 50},
            }
        },
        "required": ["headings"],
        "additionalProperties": False,
    }
    prompt = Prompt(
        system="",
        user="List 5 different section headings for a blog post about urban beekeeping.",
        max_tokens=300,
        temperature=SMALL.outline_temperature,
        frequency_penalty=0.3,
        schema=schema,
    )

    reply = await router.ask(prompt, step="outline")

    jsonschema.validate(json.loads(reply.text), schema)


async def test_more_calls_in_a_row_than_a_connection_takes(router: Router) -> None:
    asked = Prompt(system="", user="Say hello.", max_tokens=3, temperature=0)

    for _ in range(8):
        await router.ask(asked, step="hello")


def test_signals_meant_for_its_parent_do_not_end_it(
    model: tuple[subprocess.Popen[str], str], router: Router
) -> None:
    process, _ = model
    os.killpg(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGTERM)

    asyncio.run(router.ask(paragraph("The right hive"), step="section"))

    assert process.poll() is None


def test_a_port_that_is_taken(model: tuple[subprocess.Popen[str], str]) -> None:
    port = model[1].rpartition(":")[2].removesuffix("/v1")

    done = subprocess.run([*COMMAND, "--port", port], stdin=subprocess.PIPE, capture_output=True, text=True)

    assert done.returncode == demo.CANNOT_START
    assert done.stderr.startswith(f"The demo model can't start on port {port}")


def test_a_missing_package_is_one_sentence() -> None:
    block = "import sys; sys.modules['xllamacpp'] = None; sys.argv = ['demo']; "
    run = "import runpy; runpy.run_module('generation.llm.demo', run_name='__main__')"

    done = subprocess.run([sys.executable, "-c", block + run], capture_output=True, text=True)

    assert done.returncode == demo.NOT_INSTALLED
    assert done.stderr == "The demo model needs the package xllamacpp. Install blog-ai[demo].\n"
