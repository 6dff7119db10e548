"""`GET /api/v1/runs/{id}?wait=`: a poll that comes back when there is news."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import AsyncClient

from accounts import api_keys
from accounts.models import User
from blogai.core.db import in_database
from generation.live import follower, subscription
from generation.llm.simulated import Server
from generation.models import Run, RunStep
from generation.pipeline.types import Brief
from generation.runs import control
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute


@pytest.fixture
def run(alice: User, provider: Server) -> Run:
    return start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))


@pytest.fixture
def poll(key_for: Any, alice: User, run: Run) -> Callable[..., Awaitable[Any]]:
    """Alice's poll of the run: `poll(wait=5, seen='"…"')`."""
    key = key_for(alice)

    async def ask(wait: float | str, seen: str = "") -> Any:
        headers = {"X-API-Key": key, **({"If-None-Match": seen} if seen else {})}
        return await AsyncClient().get(f"/api/v1/runs/{run.pk}?wait={wait}", headers=headers)

    return ask


def no_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is announced ends the wait."""
    monkeypatch.setattr(follower, "POLL_INTERVAL", 60)


async def begun(asking: asyncio.Task[Any]) -> None:
    """Until the request waits for frames."""
    while not subscription._channels.get(asyncio.get_running_loop()):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    assert not asking.done()


def test_it_comes_back_with_the_first_news(poll: Any, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    no_polling(monkeypatch)

    async def ask() -> None:
        seen = await poll(0)
        asking = asyncio.create_task(poll(30, seen["ETag"]))
        await begun(asking)
        writing = asyncio.create_task(execute(run.pk))
        news = await asyncio.wait_for(asking, 10)
        assert (news.status_code, news["ETag"] != seen["ETag"]) == (200, True)
        assert news.json()["status"] == "running"
        await writing

    async_to_sync(ask)()


def test_without_a_version_it_waits_for_the_end(poll: Any, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    no_polling(monkeypatch)

    async def ask() -> None:
        asking = asyncio.create_task(poll(30))
        await begun(asking)
        await execute(run.pk)
        reply = await asyncio.wait_for(asking, 10)
        assert (reply.status_code, reply.json()["status"]) == (200, "completed")
        began = time.monotonic()
        assert (await poll(30, reply["ETag"])).status_code == 304, "it has ended, and nothing more comes"
        assert time.monotonic() - began < 5

    async_to_sync(ask)()


def test_news_that_nobody_announced_is_found_too(
    poll: Any, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "POLL_INTERVAL", 0.05)

    async def ask() -> None:
        seen = (await poll(0))["ETag"]
        asking = asyncio.create_task(poll(30, seen))
        await begun(asking)
        steps = RunStep.objects.filter(run=run, name="checks")
        await sync_to_async(steps.update)(state=RunStep.State.WRITING)
        assert (await asyncio.wait_for(asking, 5)).status_code == 200

    async_to_sync(ask)()


def test_no_news_is_a_304_in_time(poll: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generation.api.runs._seconds_to_wait", lambda request: 0.1)
    seen = async_to_sync(poll)(0)
    assert seen.status_code == 200
    began = time.monotonic()
    reply = async_to_sync(poll)(1, seen["ETag"])
    assert (reply.status_code, reply.content, reply["ETag"]) == (304, b"", seen["ETag"])
    assert 0.1 < time.monotonic() - began < 5


def test_a_wait_for_review_is_news_only_to_who_has_not_seen_it(poll: Any, run: Run) -> None:
    Run.objects.update(status=Run.Status.WAITING)
    reply = async_to_sync(poll)(30)
    assert reply.json()["status"] == "waiting"


def test_a_revoked_key_ends_the_wait(poll: Any, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "POLL_INTERVAL", 0.05)

    async def ask() -> Any:
        asking = asyncio.create_task(poll(30))
        await begun(asking)
        await in_database(api_keys.revoke)(await in_database(api_keys.current(alice).get)())
        return await asyncio.wait_for(asking, 5)

    assert async_to_sync(ask)().status_code == 401


def test_who_hangs_up_or_is_sent_away_leaves_nothing(poll: Any, alice: User, run: Run) -> None:
    """A shutdown cancels the request, as a client that has gone does; `GracefulShutdown` answers 503."""

    async def ask() -> None:
        asking = asyncio.create_task(poll(30))
        await begun(asking)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asking, 5)
        assert not subscription._channels[asyncio.get_running_loop()]

    async_to_sync(ask)()
    control.cancel(alice, run.pk)  # the database's thread is free


@pytest.mark.parametrize("wait", ["-1", "61", "1.5", "soon", "9" * 30, "", "٣"])
def test_how_long_is_a_number(client_for: Any, run: Run, wait: str) -> None:
    url = f"/api/v1/runs/{run.pk}"
    reply = client_for("alice").get(url, {"wait": wait})
    assert (reply.status_code, list(reply.json()["errors"])) == (422, ["wait"])
    assert client_for("mallory").get(url, {"wait": wait}).status_code == 404
