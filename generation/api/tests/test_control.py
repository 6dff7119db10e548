"""Idempotency keys, streams, cancelling, trying again, and the line of an owner's runs."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.management import call_command
from django.test import AsyncClient

from accounts.models import User
from generation.live.tests.pages import Page
from generation.llm.simulated import Answer, Failure, Server
from generation.models import Post, Run
from generation.pipeline.types import Brief
from generation.runs import lease
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

URL = "/generate-blog"
TOPIC = {"topic": "How tides work", "sections": 2}
AT_ONCE = {"Prefer": "respond-async"}


@pytest.fixture
def run(alice: User, provider: Server) -> Run:
    return start_run(alice, RunOptions(brief=Brief(topic="How tides work", sections=2)))


def write(run: Run) -> Run:
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def test_the_same_key_and_body_give_the_same_reply(client_for: Any, provider: Server) -> None:
    client = client_for("alice")
    replies = [client.post(URL, TOPIC, headers={**AT_ONCE, "Idempotency-Key": "k"}) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [202] * 3
    assert len({reply.content for reply in replies}) == Run.objects.count() == 1


SAME = [
    b'{"sections":2,"topic":"How tides work"}',
    b'{ "topic" : "\\u0048ow tides work", "sections" : 2.0 }',
    {"topic": " How tides work ", "num_sections": 2},
    {**TOPIC, "tone": "informative", "keywords": [], "research": False, "max_cost_usd": None, "provider": ""},
]


@pytest.mark.parametrize("body", SAME, ids=str)
def test_what_asks_for_the_same_is_the_same_body(client_for: Any, provider: Server, body: Any) -> None:
    client, headers = client_for("alice"), {**AT_ONCE, "Idempotency-Key": "k" * 255}
    first = client.post(URL, TOPIC, headers=headers)
    again = client.post(URL, body, headers=headers)
    assert (again.status_code, again.json()) == (202, first.json())
    assert Run.objects.count() == 1


ANOTHER: list[dict[str, Any]] = [
    {"sections": 3},
    {"topic": "how tides work"},
    {"keywords": ["moon"]},
    {"max_cost_usd": "1.00"},
    {"review_outline": True},
    {"callback_url": "https://hooks.example.com/"},
    {"conversation_id": "mine"},
]


@pytest.mark.parametrize("more", ANOTHER, ids=str)
def test_what_asks_for_something_else_is_another(
    client_for: Any, provider: Server, more: dict[str, Any]
) -> None:
    client, headers = client_for("alice"), {**AT_ONCE, "Idempotency-Key": "k"}
    client.post(URL, TOPIC, headers=headers)
    assert client.post(URL, {**TOPIC, **more}, headers=headers).json()["code"] == "idempotency_mismatch"


def test_a_repeat_of_what_an_earlier_version_started_starts_nothing(
    client_for: Any, provider: Server
) -> None:
    """It kept the hash of the body's bytes, with which nothing can be compared any more."""
    client, headers = client_for("alice"), {**AT_ONCE, "Idempotency-Key": "k"}
    client.post(URL, TOPIC, headers=headers)
    Run.objects.update(body_hash="0" * 64)
    assert client.post(URL, TOPIC, headers=headers).json()["code"] == "idempotency_mismatch"
    assert Run.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(client_for: Any, provider: Server) -> None:
    client, headers = client_for("alice"), {**AT_ONCE, "Idempotency-Key": "k"}
    client.post(URL, TOPIC, headers=headers)
    reply = client.post(URL, {**TOPIC, "sections": 3}, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (422, "idempotency_mismatch")
    assert Run.objects.count() == 1


def test_a_waiting_request_for_a_run_in_flight_is_told_so(client_for: Any, provider: Server) -> None:
    client = client_for("alice")
    client.post(URL, TOPIC, headers={**AT_ONCE, "Idempotency-Key": "k"})
    reply = client.post(URL, TOPIC, headers={"Idempotency-Key": "k"})
    assert (reply.status_code, reply.json()["code"]) == (409, "idempotency_in_flight")
    run = write(Run.objects.get())
    reply = client.post(URL, TOPIC, headers={"Idempotency-Key": "k"})
    assert (reply.status_code, reply.json()["id"]) == (201, str(run.post_id))


def test_a_key_is_its_owners(client_for: Any, provider: Server) -> None:
    for who in ("alice", "mallory"):
        client_for(who).post(URL, TOPIC, headers={**AT_ONCE, "Idempotency-Key": "k"})
    assert Run.objects.count() == 2


@pytest.mark.parametrize("key", ["", "   ", "k" * 256, "schlüssel", "a\tb"])
def test_a_key_that_cannot_be(client_for: Any, provider: Server, key: str) -> None:
    reply = client_for("alice").post(URL, TOPIC, headers={"Idempotency-Key": key})
    assert (reply.status_code, Run.objects.count()) == (422, 0)


def events(key: str, url: str, method: str = "get", **headers: str) -> list[dict[str, Any]]:
    """The frames of an event stream, with runs executed meanwhile."""

    async def read() -> list[dict[str, Any]]:
        client, sent = AsyncClient(), {"X-API-Key": key, "Accept": "text/event-stream", **headers}
        body = {"data": TOPIC, "content_type": "application/json"} if method == "post" else {}
        reply: Any = await getattr(client, method)(url, headers=sent, **body)
        assert reply["Content-Type"] == "text/event-stream", reply.content
        assert reply["X-Accel-Buffering"] == "no"
        run = await Run.objects.aget()
        assert reply["Content-Location"] == f"/api/v1/runs/{run.pk}/events"
        writing = asyncio.create_task(execute(run.pk))
        text = b"".join([chunk async for chunk in reply.streaming_content]).decode()
        await writing
        return [_frame(block) for block in text.split("\n\n") if block]

    return async_to_sync(read)()


def _frame(block: str) -> dict[str, Any]:
    fields = dict(line.split(": ", 1) for line in block.splitlines())
    frame: dict[str, Any] = json.loads(fields["data"])
    assert fields["event"] == frame["type"]
    assert fields.get("id", "") == str(frame.get("seq", ""))
    return frame


def test_a_post_request_can_be_a_stream(key_for: Any, alice: User, slow_provider: Server) -> None:
    page = Page()
    for frame in events(key_for(alice), URL, "post"):
        page.take(frame)
    assert page.markdown == Post.objects.get().content_markdown


@pytest.mark.parametrize("after", [0, 3, 99])
def test_a_stream_goes_on_behind_the_last_event(key_for: Any, alice: User, run: Run, after: int) -> None:
    write(run)
    key = key_for(alice)
    *missed, snapshot = events(key, f"/api/v1/runs/{run.pk}/events", **{"Last-Event-ID": str(after)})
    assert [frame["seq"] for frame in missed] == list(range(after + 1, run.last_seq + 1))
    assert (snapshot["type"], snapshot["status"]) == ("run.snapshot", "completed")


@pytest.mark.parametrize("after", ["-1", "many", "1.5", "9" * 30])
def test_after_is_a_number(client_for: Any, run: Run, after: str) -> None:
    reply = client_for("alice").get(f"/api/v1/runs/{run.pk}/events?after={after}")
    assert (reply.status_code, reply.json()["code"]) == (422, "validation_error")


def test_cancel_keeps_what_is_finished_and_stops_the_calls(
    client_for: Any, alice: User, slow_provider: Server
) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=2)))
    client = client_for("alice")

    async def cancel_meanwhile() -> Any:
        writing = asyncio.create_task(execute(run.pk))
        while not await Run.objects.filter(pk=run.pk, outline__isnull=False).aexists():
            await asyncio.sleep(0.02)
        reply = await sync_to_async(client.post)(f"/api/v1/runs/{run.pk}/cancel")
        await asyncio.wait_for(writing, 5)
        return reply

    reply = async_to_sync(cancel_meanwhile)()
    assert (reply.status_code, reply.json()["status"]) == (200, "cancelled")
    run.refresh_from_db()
    assert run.steps.get(name="outline").output is not None
    assert [event.type for event in run.events.all()][-1] == "run.cancelled"
    assert not Post.objects.exists()
    assert len(slow_provider.calls) <= 4, "the closing was never asked for"


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_a_finished_run_is_left_alone(client_for: Any, run: Run, action: str) -> None:
    write(run)
    reply = client_for("alice").post(f"/api/v1/runs/{run.pk}/{action}")
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")


def test_retry_pays_for_nothing_twice(client_for: Any, run: Run, provider: Server) -> None:
    provider.script.add(Answer(text=""), schema=False, times=None)
    assert write(run).status == Run.Status.FAILED
    provider.script.clear()
    provider.calls.clear()
    reply = client_for("alice").post(f"/api/v1/runs/{run.pk}/retry")
    assert (reply.status_code, reply.json()["status"]) == (202, "queued")
    assert write(run).status == Run.Status.COMPLETED
    assert all(not call.asked.schema for call in provider.calls), "the outline was kept"
    assert [event.seq for event in run.events.all()] == list(range(1, run.last_seq + 1))
    assert Post.objects.get().pk == run.post_id


def test_a_second_retry_is_refused(client_for: Any, run: Run, provider: Server) -> None:
    provider.script.add(Failure(401), times=None)
    write(run)
    client = client_for("alice")
    statuses = [client.post(f"/api/v1/runs/{run.pk}/retry").status_code for _ in range(2)]
    assert statuses == [202, 409]


def test_more_runs_than_the_plan_has_at_once_wait_in_line(
    client_for: Any, alice: User, provider: Server
) -> None:
    call_command("set_tier", "starter", email=alice.email)  # three at once
    runs = [start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1))) for _ in range(5)]
    held = [lease.acquire(run.pk) for run in runs[:3]]
    assert all(held)
    assert lease.acquire(runs[3].pk) is None
    ahead = client_for("alice").get(f"/api/v1/runs/{runs[4].pk}").json()["ahead"]
    assert ahead == 4
    lease.release(held[0])  # type: ignore[arg-type]
    assert lease.acquire(runs[3].pk) is not None


def test_a_run_waits_for_the_models_limit_before_its_first_call_and_never_after(
    alice: User, mallory: User, provider: Server, settings: Any
) -> None:
    settings.LLM_RATE_LIMIT_PER_MINUTE = 10  # each of these runs makes six calls
    first, second = (
        start_run(who, RunOptions(brief=Brief(topic="Tides", sections=2))) for who in (alice, mallory)
    )
    held = lease.acquire(first.pk)
    assert held
    assert lease.acquire(second.pk) is None
    lease.release(held)
    assert lease.acquire(second.pk), "nothing else is under way"
    assert lease.acquire(first.pk), "it has begun before"


def test_the_demo_models_runs_wait_for_no_limit(alice: User, mallory: User, settings: Any) -> None:
    settings.LLM_RATE_LIMIT_PER_MINUTE, settings.LLM_PROVIDER_ORDER = 1, ["local"]
    settings.LOCAL_MODEL_ADDRESS.write_text("http://127.0.0.1:9/v1")
    try:
        runs = [
            start_run(who, RunOptions(brief=Brief(topic="Tides", sections=2))) for who in (alice, mallory)
        ]
        assert all(lease.acquire(run.pk) for run in runs)
    finally:
        settings.LOCAL_MODEL_ADDRESS.unlink()


def test_a_run_that_kills_its_workers_fails(run: Run, provider: Server) -> None:
    for _ in range(lease.MAX_ATTEMPTS_WITHOUT_PROGRESS):
        assert lease.acquire(run.pk)
        Run.objects.filter(pk=run.pk).update(lease_until=None)
    assert write(run).status == Run.Status.FAILED
    assert "five times" in run.error_detail
    assert provider.calls == []


def test_an_orderly_stop_counts_no_attempt(run: Run) -> None:
    for _ in range(10):
        held = lease.acquire(run.pk)
        assert held
        lease.release(held)
    assert write(run).status == Run.Status.COMPLETED


def test_a_zombies_late_output_loses(run: Run, provider: Server) -> None:
    provider.script.add(Answer(gate=(gate := provider.gate())), times=1)

    async def overtake() -> None:
        zombie = asyncio.create_task(execute(run.pk))
        await asyncio.to_thread(gate.wait_for_call)
        await Run.objects.filter(pk=run.pk).aupdate(lease_until=None)
        await execute(run.pk)
        gate.release()
        await zombie

    async_to_sync(overtake)()
    run.refresh_from_db()
    assert run.status == Run.Status.COMPLETED
    assert [event.seq for event in run.events.all()] == list(range(1, run.last_seq + 1))
    assert Post.objects.count() == 1
