"""The job that delivers a notification. Its name and its argument are stored in the queue."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from generation.notifications.deliver import deliver
from generation.notifications.schedule import MAX_ATTEMPTS

RETRY = RetryStrategy(max_attempts=MAX_ATTEMPTS - 1, exponential_wait=5)
"""Waits of 5 s, 25 s, 2 min, 10 min, 52 min, 4 h and 22 h."""


@app.task(name="deliver_notice", retry=RETRY)
async def deliver_notice(*, notice_id: str) -> None:
    await deliver(uuid.UUID(notice_id))
