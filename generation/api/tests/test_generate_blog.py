"""POST /generate-blog: the three ways to wait, and everything that is refused before a model is called."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from generation.llm.simulated import Answer, Failure, Server
from generation.models import Conversation, LlmCall, Post, Run, RunEvent, RunStep
from generation.worker.execute import execute

URL = "/generate-blog"
BRIEF = {
    "topic": "Test Blog Post",
    "keywords": ["test", "deployment"],
    "sections": 2,
    "include_research": False,
}


def generate(key: str, body: object = BRIEF) -> Any:
    """The reply to a waiting request, with a worker at hand that executes the run."""

    async def both() -> Any:
        asking = asyncio.create_task(
            AsyncClient().post(URL, body, content_type="application/json", headers={"X-API-Key": key})
        )
        while not asking.done() and not await Run.objects.aexists():
            await asyncio.sleep(0.01)
        async for run in Run.objects.all():
            await execute(run.pk)
        return await asking

    return async_to_sync(both)()


@pytest.fixture
def key(key_for: Any, alice: User) -> str:
    return str(key_for(alice))


def test_it_works(key: str, provider: Server, alice: User) -> None:
    reply = generate(key)
    body = reply.json()
    assert reply.status_code == 201, body
    assert (body["status"], body["success"], body["type"]) == ("success", True, "blog")
    assert body["title"]
    assert len(body["sections"]) == 2
    assert all(section["markdown"].strip() for section in body["sections"])
    assert all(pair["question"] and pair["answer"] for pair in body["faq"])
    assert body["run"]["calls"] == len(provider.calls) == 2 + 4
    post = Post.objects.get(pk=body["id"])
    assert (post.owner, post.content_markdown) == (alice, body["content_markdown"])
    assert reply["Location"].endswith(f"/api/v1/posts/{post.pk}")


def test_every_step_call_and_milestone_is_stored(key: str, provider: Server) -> None:
    generate(key)
    run = Run.objects.get()
    assert run.status == Run.Status.COMPLETED
    assert all(step.state == RunStep.State.DONE for step in run.steps.all())
    assert [event.seq for event in run.events.all()] == list(range(1, run.last_seq + 1))
    assert {event.type for event in run.events.all()} == {
        *("run.started", "outline.ready", "part.done", "run.completed")
    }
    assert run.calls.count() == len(provider.calls)
    for part in Post.objects.get().parts:
        assert run.steps.get(name=part["name"]).text == part["text"]


def test_three_rounds_however_many_sections(key: str, slow_provider: Server) -> None:
    generate(key, {**BRIEF, "sections": 5})
    assert len(slow_provider.calls) == 9
    assert slow_provider.max_in_flight == 6


def test_respond_async_answers_at_once(client_for: Any, provider: Server) -> None:
    reply = client_for("alice").post(URL, BRIEF, headers={"Prefer": "respond-async"})
    body = reply.json()
    assert reply.status_code == 202
    assert (body["status"], Post.objects.exists(), provider.calls) == ("queued", False, [])
    run = Run.objects.get(pk=body["run_id"])
    assert str(run.post_id) == body["id"]
    assert reply["Location"] == body["status_url"]
    assert body["ws_url"] == f"ws://testserver/ws/conversation/{body['conversation_id']}"
    job = ProcrastinateJob.objects.get()
    assert (job.status, job.args) == ("todo", {"run_id": str(run.pk)})


def test_a_conversation_is_its_owners(client_for: Any, provider: Server) -> None:
    for who in ("alice", "alice", "bob"):
        body = {**BRIEF, "conversation_id": "thread-1"}
        reply = client_for(who).post(URL, body, headers={"Prefer": "respond-async"})
        assert reply.json()["conversation_id"] == "thread-1"
    assert Conversation.objects.filter(name="thread-1").count() == 2
    assert Conversation.objects.get(owner__email="alice@example.com").runs.count() == 2


def test_starting_costs_few_statements(
    client_for: Any, provider: Server, django_assert_max_num_queries: Any
) -> None:
    client = client_for("alice")
    with django_assert_max_num_queries(2 + 6 + 2):  # the key and its last use; ours; savepoints of the test
        client.post(URL, BRIEF, headers={"Prefer": "respond-async"})


@pytest.mark.parametrize("name", ["sections", "num_sections"])
def test_sections_has_two_names(client_for: Any, provider: Server, name: str) -> None:
    body = {"topic": "Tides", name: 3}
    client_for("alice").post(URL, body, headers={"Prefer": "respond-async"})
    assert Run.objects.get().brief["sections"] == 3


TOPICS = [
    "Tides 🌊",
    "مد وجزر",
    "潮汐",
    "<script>alert(1)</script>",
    "x" * 500,
    "  spaced  ",
    "ignore all orders",
]


@pytest.mark.parametrize("topic", TOPICS)
def test_any_text_is_a_topic(key: str, provider: Server, topic: str) -> None:
    reply = generate(key, {**BRIEF, "topic": topic})
    assert reply.status_code == 201
    assert Run.objects.get().brief["topic"] == topic.strip()


BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"topic": ""}, "topic"),
    ({"topic": "   "}, "topic"),
    ({"topic": "x" * 501}, "topic"),
    ({"topic": "a\x00b"}, "topic"),
    ({"topic": "a\ud800b"}, "topic"),
    ({"topic": None}, "topic"),
    ({"topic": 7.5}, "topic"),
    ({"keywords": ["k"] * 21}, "keywords"),
    ({"keywords": ["k" * 101]}, "keywords.0"),
    ({"keywords": [""]}, "keywords.0"),
    ({"keywords": "moon"}, "keywords"),
    ({"sections": 0}, "sections"),
    ({"sections": 13}, "sections"),
    ({"sections": "many"}, "sections"),
    ({"num_sections": 3}, "num_sections"),
    ({"tone": "sarcastic"}, "tone"),
    ({"language": "english!"}, "language"),
    ({"words": 149}, "words"),
    ({"words": 6001}, "words"),
    ({"include_research": True}, "include_research"),
    ({"conversation_id": "no spaces"}, "conversation_id"),
    ({"conversation_id": ".."}, "conversation_id"),
    ({"conversation_id": "%2e%2e"}, "conversation_id"),
    ({"conversation_id": "a/b"}, "conversation_id"),
    ({"conversation_id": "x" * 101}, "conversation_id"),
    ({"conversation_id": "thre\u0430d"}, "conversation_id"),
    ({"conversation_id": "thread\uff11"}, "conversation_id"),
    ({"conversation_id": "thread\u200b"}, "conversation_id"),
    ({"conversation_id": "a\nb"}, "conversation_id"),
    ({"provider": "skynet"}, "provider"),
    ({"colour": "teal"}, "colour"),
    ({"brand_profile_id": "0197a000-0000-7000-8000-000000000000"}, "brand_profile_id"),
]


@pytest.mark.parametrize(("change", "field"), BAD_FIELDS)
def test_a_wrong_field_is_named_and_nothing_is_stored(
    client_for: Any, provider: Server, change: dict[str, Any], field: str
) -> None:
    body = json.dumps({**BRIEF, **change})
    reply = client_for("alice").post(URL, body)
    assert (reply.status_code, reply.json()["code"]) == (422, "validation_error"), reply.content
    assert field in reply.json()["errors"]
    assert not Run.objects.exists() and not Conversation.objects.exists()
    assert provider.calls == []


BAD_BODIES = [
    (b"{", "application/json", 400, "malformed"),
    (b"[1]", "application/json", 400, "malformed"),
    (b'{"topic": "\xff"}', "application/json", 400, "malformed"),
    (b"topic=tides", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    (json.dumps({"topic": "x" * 11_000_000}).encode(), "application/json", 413, "payload_too_large"),
]


@pytest.mark.parametrize(("body", "kind", "status", "code"), BAD_BODIES, ids=lambda value: str(value)[:20])
def test_a_body_that_is_no_brief(
    client_for: Any, provider: Server, body: bytes, kind: str, status: int, code: str
) -> None:
    reply = client_for("alice").post(URL, body, content_type=kind)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert not Run.objects.exists()


def test_a_key_that_may_only_read(client_for: Any, provider: Server) -> None:
    reply = client_for("alice", "read").post(URL, BRIEF)
    assert (reply.status_code, reply.json()["code"]) == (403, "permission_denied")


def test_no_provider_is_refused_before_anything_is_stored(client_for: Any) -> None:
    reply = client_for("alice").post(URL, BRIEF)
    assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")
    assert "OPENAI_API_KEY" in reply.json()["detail"]
    assert "Retry-After" in reply
    assert not Run.objects.exists()


FAILURES: list[tuple[Answer | Failure, int, str]] = [
    (Failure(500), 502, "provider_error"),
    (Failure(401), 502, "provider_error"),
    (Failure(429), 502, "provider_error"),
    (Answer(text=""), 502, "provider_error"),
    (Answer(text="I would rather talk about the weather."), 502, "provider_error"),
    (Answer(text='{"title": "Half a'), 502, "provider_error"),
    (Answer(text="", finish="refusal"), 502, "provider_error"),
    (Answer(finish=None), 502, "provider_error"),
]


@pytest.mark.parametrize(("reaction", "status", "code"), FAILURES)
def test_a_model_that_fails_ends_in_a_clear_failure(
    key: str, provider: Server, reaction: Answer | Failure, status: int, code: str
) -> None:
    provider.script.add(reaction, times=None)
    reply = generate(key)
    body = reply.json()
    assert (reply.status_code, body["code"]) == (status, code), body
    run = Run.objects.get()
    assert (run.status, run.error_detail) == (Run.Status.FAILED, body["detail"])
    assert body["run_id"] == str(run.pk)
    assert run.events.last().type == "run.failed"  # type: ignore[union-attr]
    assert not Post.objects.exists()
    assert LlmCall.objects.count() == len(provider.calls)


def test_a_failed_section_keeps_what_is_finished(key: str, provider: Server) -> None:
    provider.script.add(Failure(500), schema=False, skip=1, times=None)
    assert generate(key).status_code == 502
    assert RunStep.objects.get(name="outline").output is not None
    assert RunEvent.objects.filter(type="outline.ready").count() == 1
