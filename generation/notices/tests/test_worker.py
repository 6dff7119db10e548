"""Delivery by a live worker: after a death between a run's end and its callback, and after a refusal."""

import asyncio

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from blogai.db import in_database
from generation.llm.simulated import Server
from generation.notices.models import Notice
from generation.notices.tests.acting import a_run
from generation.notices.tests.receiving import Receiver
from generation.runs.execute import execute
from generation.runs.tests.live import HANGS, live_worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


async def settled() -> Notice:
    async with asyncio.timeout(HANGS):
        while True:
            notice = await Notice.objects.exclude(state=Notice.State.PENDING).afirst()
            if notice is not None:
                return notice
            await asyncio.sleep(0.05)


async def test_a_worker_that_dies_after_a_runs_end_leaves_the_callback_to_the_next(
    provider: Server, receiver: Receiver
) -> None:
    """The run is executed without a worker's queue, as if it had died in the moment after the commit."""
    owner = await User.objects.acreate(email="alice@example.org")
    run = await in_database(a_run)(owner, callback_url=receiver.url)
    await execute(run.pk)
    assert receiver.requests == []
    async with live_worker():
        notice = await settled()
    assert (notice.state, notice.attempts) == (Notice.State.DELIVERED, 1)
    assert receiver.ids == [str(notice.pk)]
    assert not await ProcrastinateJob.objects.filter(task_name="deliver_notice").aexists()


async def test_the_queue_asks_again_by_itself(provider: Server, receiver: Receiver) -> None:
    receiver.answers = [500, 204]
    owner = await User.objects.acreate(email="alice@example.org")
    async with live_worker():
        await in_database(a_run)(owner, callback_url=receiver.url)
        notice = await settled()
    assert (notice.state, notice.attempts) == (Notice.State.DELIVERED, 2)
    assert receiver.ids == [str(notice.pk)] * 2
