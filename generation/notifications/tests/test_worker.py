"""Delivery by a live worker, after one that died before its webhook was sent, and after a refusal."""

import asyncio

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from blogai.core.db import in_database
from generation.llm.simulated import Server
from generation.models import Notification
from generation.notifications.tests.acting import a_run
from generation.notifications.tests.receiving import Receiver
from generation.worker.execute import execute
from generation.worker.tests.live import HANGS, live_worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


async def settled() -> Notification:
    async with asyncio.timeout(HANGS):
        while True:
            notification = await Notification.objects.exclude(state=Notification.State.PENDING).afirst()
            if notification is not None:
                return notification
            await asyncio.sleep(0.05)


async def test_a_worker_that_dies_after_a_runs_end_leaves_the_callback_to_the_next(
    provider: Server, receiver: Receiver
) -> None:
    """The run is executed without the queue, as if the worker had died right after the commit."""
    owner = await User.objects.acreate(email="alice@example.org")
    run = await in_database(a_run)(owner, callback_url=receiver.url)
    await execute(run.pk)
    assert receiver.requests == []
    async with live_worker():
        notification = await settled()
    assert (notification.state, notification.attempts) == (Notification.State.DELIVERED, 1)
    assert receiver.ids == [str(notification.pk)]
    assert not await ProcrastinateJob.objects.filter(task_name="deliver_notice").aexists()


async def test_the_queue_asks_again_by_itself(provider: Server, receiver: Receiver) -> None:
    receiver.answers = [500, 204]
    owner = await User.objects.acreate(email="alice@example.org")
    async with live_worker():
        await in_database(a_run)(owner, callback_url=receiver.url)
        notification = await settled()
    assert (notification.state, notification.attempts) == (Notification.State.DELIVERED, 2)
    assert receiver.ids == [str(notification.pk)] * 2
