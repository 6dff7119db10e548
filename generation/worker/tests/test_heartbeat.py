"""The heartbeat renews leases and notices lost ones, with one statement for all of them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.utils.timezone import now

from accounts.models import User
from blogai.core.db import in_database
from generation.llm.simulated import Server
from generation.models import Run
from generation.pipeline.types import Brief
from generation.runs import control, lease
from generation.runs.lease import Lease, LeaseLost
from generation.runs.start import RunOptions, start_run
from generation.worker import heartbeat


@pytest.fixture
def held(alice: User, provider: Server) -> list[Lease]:
    runs = [start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1))) for _ in range(2)]
    leases = [lease.acquire(run.pk) for run in runs]
    assert all(leases)
    return [each for each in leases if each]


def seconds_left(held: Lease) -> float:
    until = Run.objects.get(pk=held.run_id).lease_until
    return (until - now()).total_seconds() if until else 0


def test_a_look_is_one_statement(held: list[Lease], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert lease.still_held(held) == set(held)


def test_only_who_holds_a_run_renews_it(alice: User, held: list[Lease]) -> None:
    mine, other = held
    Run.objects.update(lease_until=now() + timedelta(seconds=1))
    control.cancel(alice, other.run_id)
    zombie = Lease(mine.run_id, mine.token - 1)
    assert lease.renew([mine, other, zombie]) == {mine}
    assert seconds_left(mine) > 8
    assert seconds_left(other) == 0


def test_who_lost_a_run_hears_so_and_the_others_go_on(
    alice: User, held: list[Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "CHECK_INTERVAL", 0.05)
    mine, other = held
    Run.objects.update(lease_until=now() + timedelta(seconds=1))

    async def watch() -> None:
        keeping, lost = (asyncio.create_task(heartbeat.keep_renewing(each)) for each in (mine, other))
        await asyncio.sleep(0.1)
        await in_database(control.cancel)(alice, other.run_id)
        with pytest.raises(LeaseLost):
            await asyncio.wait_for(lost, 10)
        await asyncio.sleep(0.05 * heartbeat.CHECKS_PER_RENEWAL + 0.1)
        assert not keeping.done()
        keeping.cancel()

    async_to_sync(watch)()
    assert seconds_left(mine) > 8
