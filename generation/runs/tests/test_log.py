"""The lines of the log about runs, and about the sockets and requests that they belong to."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from billing.tiers import set_tier
from blogai.tests.log_lines import Lines, json_lines
from generation.live.tests.pages import Socket
from generation.models import Run
from generation.pipeline.types import Brief
from generation.runs import control
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute


@pytest.fixture
def logged() -> Iterator[Lines]:
    with json_lines() as lines:
        yield lines


@pytest.mark.django_db
def test_starting_a_run_names_it_on_both_lines(
    client_for: Any,
    alice: User,
    provider: object,
    logged: Lines,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        reply = client_for(alice).post(
            "/generate-blog", {"topic": "canary tides"}, headers={"Prefer": "respond-async"}
        )
    [queued], [request] = logged.about("run.queued"), logged.about("request")
    assert queued["run_id"] == request["run_id"] == reply.json()["run_id"]
    assert queued["user_id"] == str(alice.pk)
    assert request["route"] == "generate-blog"
    client_for(alice).get(f"/api/v1/runs/{request['run_id']}")
    assert logged.about("request")[1]["run_id"] == request["run_id"]
    client_for(alice).get("/api/v1/posts")
    assert "run_id" not in logged.about("request")[2], "a context ends with its request"
    assert "canary" not in logged.text


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_the_life_of_a_run_and_the_socket_that_watches_it(
    alice: User, key_for: Any, provider: Any, logged: Lines
) -> None:
    set_tier(user=alice, tier="business")
    run = start_run(alice, RunOptions(brief=Brief(topic="canary tides", sections=1), conversation="c-1"))
    control.cancel(alice, run.pk)
    control.retry(alice, run.pk)
    key = key_for(alice)

    async def watched() -> None:
        async with Socket("c-1", key) as socket:
            reading = asyncio.create_task(socket.read_to_end())
            await execute(run.pk)
            await reading

    asyncio.run(watched())
    told = [line for line in logged.all() if line["event"].startswith("run.")]
    assert {(line["run_id"], line["user_id"]) for line in told} == {(str(run.pk), str(alice.pk))}
    assert [line["event"] for line in told] == [
        "run.queued",
        "run.stopped",
        "run.retried",
        "run.resumed",
        "run.completed",
    ]
    assert told[-1]["duration_ms"] > 0
    [opened], [closed] = logged.about("socket opened"), logged.about("socket closed")
    assert opened["route"] == closed["route"] == "conversation"
    assert (closed["user_id"], closed["close_code"]) == (str(alice.pk), 1000)
    assert opened["request_id"] == closed["request_id"]
    assert "canary" not in logged.text


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_start_is_not_told(alice: User, provider: object, logged: Lines) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        start_run(alice, RunOptions(brief=Brief(topic="Tides")))
        1 / 0  # noqa: B018
    assert not Run.objects.exists()
    assert not logged.about("run.queued")
