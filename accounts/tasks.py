"""The job that tells somebody about their new API key. Its name and arguments are stored in the queue."""

import asyncio
import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.mails import new_key_mail
from blogai.core.db import in_database

RETRY = RetryStrategy(max_attempts=7, exponential_wait=5)
"""Waits of 5 s, 25 s, 2 min, 10 min, 52 min, 4 h and 22 h."""


@app.task(name="mail_new_key", retry=RETRY)
async def mail_new_key(*, key_id: str, address: str, in_place_of: str) -> None:
    """Raises OSError when the mail server does not take it; the queue then tries again."""
    mail = await in_database(new_key_mail)(uuid.UUID(key_id), address, in_place_of)
    if mail is not None:
        # In another thread, since the one for the database must not wait for a mail server.
        await asyncio.to_thread(mail.send)
