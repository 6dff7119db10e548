"""The jobs that mail messages to support. Their names and arguments are stored in the queue."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from blogai.contact import services
from blogai.core.db import in_database

RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)
"""Waits of 4 s, 16 s, 1 min, 4 min and 17 min; then it is queued again by `requeue_contact_messages`."""


@app.task(name="mail_contact_message", retry=RETRY)
async def mail_contact_message(*, message_id: str) -> None:
    await services.deliver(uuid.UUID(message_id))


@app.periodic(cron="*/10 * * * *")
@app.task(name="requeue_contact_messages")
async def requeue_contact_messages(timestamp: int) -> None:
    await in_database(services.requeue)()
