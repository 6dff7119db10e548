"""An account that is closed: its runs end by the usual rules, and none begins any more."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from accounts import closing
from accounts.models import User
from accounts.origins import Origin
from billing import quotas
from blogai.core.db import in_database
from generation.live import connections
from generation.live.tests.pages import Socket, frames_of
from generation.llm.simulated import Answer, Server
from generation.models import Notification, Run, RunStep
from generation.notifications.tests.acting import a_run, attempt, write
from generation.runs import closed_accounts, lease
from generation.runs.control import retry
from generation.worker.tasks import cancel_runs_of_closed_accounts, write_run

pytestmark = pytest.mark.django_db


def close(user: User) -> None:
    """And run the job that comes of it."""
    closing.close(user, Origin())
    async_to_sync(cancel_runs_of_closed_accounts.func)()


def state_of(run: Run) -> tuple[str, str]:
    run.refresh_from_db()
    return run.status, quotas.state_of(run.reservation)


def test_what_waits_is_cancelled_and_refunded(alice: User, mallory: User, provider: Server) -> None:
    queued, hers = a_run(alice), a_run(mallory)
    reviewed = a_run(alice, review_outline=True)
    write(reviewed)
    close(alice)
    assert state_of(queued) == ("cancelled", "refunded")
    assert state_of(reviewed) == ("cancelled", "refunded")
    assert state_of(hers) == ("queued", "reserved")


def test_what_can_be_read_already_is_settled(alice: User, provider: Server) -> None:
    run = a_run(alice)
    RunStep.objects.filter(run=run, name="introduction").update(state="done", output={"text": "The sea."})
    close(alice)
    assert state_of(run) == ("cancelled", "settled")


def test_one_that_is_being_written_ends(alice: User, provider: Server) -> None:
    """Its worker has a model's answer in hand, and may store nothing of it."""
    run = a_run(alice)
    gate = provider.gate()
    provider.script.add(Answer(gate=gate), schema=True)

    async def written_meanwhile() -> None:
        writing = asyncio.create_task(write_run.func(run_id=str(run.pk)))
        while not provider.max_in_flight:
            await asyncio.sleep(0.01)
        await in_database(closing.close)(alice, Origin())
        await cancel_runs_of_closed_accounts.func()
        gate.release()
        await writing

    async_to_sync(written_meanwhile)()
    assert state_of(run) == ("cancelled", "refunded")


def test_one_that_a_late_request_starts_is_written_by_nobody_and_swept(alice: User, provider: Server) -> None:
    close(alice)
    late = a_run(alice)
    assert lease.acquire(late.pk) is None
    assert closed_accounts.cancel_some() == 1
    assert state_of(late) == ("cancelled", "refunded")
    assert closed_accounts.cancel_some() == 0
    assert not provider.calls


def test_webhooks_and_mails_stop(alice: User, provider: Server, mailoutbox: list[Any]) -> None:
    run = a_run(alice, callback_url="https://hooks.invalid/", email_when_done=True)
    close(alice)
    for notification in Notification.objects.filter(event__run=run):
        outcome = attempt(notification)
        assert (outcome.state, outcome.last_error) == ("failed", "account_closed")
    assert Notification.objects.count() == 2
    assert mailoutbox == []


def test_sockets_and_streams_close_within_five_seconds(
    alice: User, key_for: Callable[..., str], provider: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connections.CHECK_INTERVAL < 5
    monkeypatch.setattr(connections, "CHECK_INTERVAL", 0.1)
    key, run = key_for(alice), a_run(alice, conversation="tides")

    async def read() -> None:
        async with Socket("tides", key) as socket:
            stream = frames_of(run.pk, key)
            assert (await anext(stream))["type"] == "run.snapshot"
            assert (await socket.receive())["type"] == "run.snapshot"
            await in_database(closing.close)(alice, Origin())
            assert (await socket.receive())["code"] == "not_authenticated"
            assert await socket.receive() == {"type": "closed", "code": 4401}
            assert [frame["code"] async for frame in stream] == ["not_authenticated"]

    async_to_sync(read)()


def test_who_comes_back_goes_on_where_it_stopped(alice: User, provider: Server) -> None:
    run = a_run(alice)
    close(alice)
    closing.keep(alice, Origin())
    retry(alice, run.pk)
    assert write(run).status == "completed"


def test_taking_a_run_costs_no_statement_more(
    alice: User, provider: Server, django_assert_num_queries: Any
) -> None:
    run = a_run(alice)
    with django_assert_num_queries(10):  # as before there were closed accounts
        assert lease.acquire(run.pk)
