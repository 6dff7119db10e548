"""A whole post from each server's documented kind of stream, and from streams that are odd in other ways."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from pytest_django import Settings

from accounts.models import User
from generation.api.tests.test_generate_blog import generate
from generation.llm import simulated
from generation.llm.simulated import Failure, Raw, Server, faults, writing
from generation.llm.tests import streams
from generation.models import LlmCall, Run
from generation.pipeline.types import Brief
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

CALLS = 6
"""An outline, two sections, an introduction, a conclusion and the questions."""


@pytest.fixture
def key(key_for: Any, alice: User) -> str:
    return str(key_for(alice))


def written(server: Server) -> set[str]:
    """The paragraphs of all the prose that the server was asked for."""
    prose = [writing.reply(call.asked) for call in server.calls if call.asked.schema is None]
    return {line for text in prose for line in text.splitlines() if line and not line.startswith("#")}


def published(post: dict[str, Any]) -> set[str]:
    markdown = [post["introduction"], post["conclusion"], *(each["markdown"] for each in post["sections"])]
    markdown += [pair["answer"] for pair in post["faq"]]
    return {line for text in markdown for line in text.splitlines() if line}


@pytest.mark.parametrize("name", streams.CHAT)
def test_a_post_from_a_documented_stream(key: str, provider: Server, settings: Settings, name: str) -> None:
    if name == "azure":
        settings.OPENAI_API_TYPE = "azure"
    if name == "gemini":
        settings.GEMINI_API_KEY, settings.GEMINI_BASE_URL = "simulated", settings.OPENAI_BASE_URL
        settings.LLM_PROVIDER_ORDER = ["gemini"]
    provider.script.add(Raw(streams.CHAT[name]), times=None)

    reply = generate(key)

    check(reply, provider)


def test_a_post_from_anthropics_documented_stream(key: str, settings: Settings) -> None:
    with simulated.serve() as server:
        settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL = "simulated", server.anthropic_url
        server.script.add(Raw(streams.anthropic), times=None)

        reply = generate(key)

        check(reply, server)


def check(reply: Any, server: Server) -> None:
    """The text is right, the counts are right, and there was no call too many."""
    assert reply.status_code == 201, reply.json()
    assert published(reply.json()) == written(server)
    calls = list(LlmCall.objects.all())
    assert len(server.calls) == len(calls) == CALLS
    assert {(call.input_tokens, call.output_tokens, call.estimated) for call in calls} == {(321, 123, False)}


def test_a_server_that_takes_little_writes_a_post_too(key: str, provider: Server, settings: Settings) -> None:
    """Every parameter that it refuses is left out once, not in every call."""
    settings.OPENAI_MODEL = "llama3.2"
    refused = ("json_schema", "max_tokens", "temperature", "stream_options", "json_object", "system")
    for parameter in refused:
        provider.script.add(faults.refuses(parameter), parameter=parameter, times=None)

    reply = generate(key)

    assert reply.status_code == 201, reply.json()
    refusals = [call for call in provider.calls if call.outcome == "failed"]
    assert len(refusals) == len(refused)
    assert len(provider.calls) == CALLS + len(refused)
    assert LlmCall.objects.count() == CALLS


@pytest.mark.parametrize("queues", [True, False])
def test_a_server_that_takes_one_request_at_a_time(alice: User, provider: Server, queues: bool) -> None:
    provider.at_once, provider.queues = 1, queues

    counts = []
    for topic in ("How tides work", "How bees live"):
        run = start_run(alice, RunOptions(brief=Brief(topic=topic, sections=2)))
        async_to_sync(execute)(run.pk)
        run.refresh_from_db()
        assert run.status == Run.Status.COMPLETED, run.error_detail
        counts.append(len(provider.calls))

    # One that refuses has to be asked too often before that is known: in the first post, or in the second if
    # no two calls happened to meet before.
    assert counts[1] <= 2 * CALLS + (0 if queues else 3)


HTML = (
    "<!DOCTYPE html><html><head><title>524: A timeout occurred</title></head><body>Cloudflare</body></html>"
)


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (Raw(lambda asked: [HTML.encode()], kind="text/html", status=524), "OpenAI isn’t answering."),
        (Raw(lambda asked: [HTML.encode()], kind="text/html"), "OpenAI sent something we couldn’t read."),
        (
            Failure(422, body={"detail": [{"loc": ["body"], "msg": "Too spicy."}]}),
            "OpenAI didn’t accept our request.",
        ),
        (
            Failure(401, body={"error": {"message": "Bad key sk-simulated"}}),
            "OpenAI rejected this site’s API key",
        ),
        (
            Raw(lambda asked: [b'{"error": {"message": "Too spicy."}}']),
            "OpenAI failed partway through a reply.",
        ),
    ],
    ids=["page", "page with 200", "list", "key", "error with 200"],
)
def test_the_writer_reads_our_words_and_the_log_theirs(
    key: str, provider: Server, failure: Raw | Failure, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    provider.script.add(failure, times=None)

    reply = generate(key)

    detail = reply.json()["detail"]
    assert reply.status_code == 502
    assert detail.startswith(told) and "Nothing was charged." in detail
    assert not any(word in detail for word in ("<", "spicy", "_API_KEY", "_BASE_URL", "sk-"))
    assert "OpenAI (gpt-5.2)" in caplog.text and "sk-simulated" not in caplog.text
    assert LlmCall.objects.count() == len(provider.calls)
