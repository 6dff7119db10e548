"""The jobs about accounts. Their names and arguments are stored in the queue."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts import erasure, exports, mails, security_events
from blogai.core.db import in_database

logger = logging.getLogger(__name__)

RETRY = RetryStrategy(max_attempts=7, exponential_wait=5)
"""Waits of 5 s, 25 s, 2 min, 10 min, 52 min, 4 h and 22 h."""


@app.task(name="mail_confirmation", retry=RETRY)
async def mail_confirmation(*, mail_id: str, address_id: int) -> None:
    await _send(mails.confirmation_mail, mail_id, address_id)


@app.task(name="mail_account_exists", retry=RETRY)
async def mail_account_exists(*, mail_id: str, email: str) -> None:
    await _send(mails.account_exists_mail, mail_id, email)


@app.task(name="mail_password_reset", retry=RETRY)
async def mail_password_reset(*, mail_id: str, email: str) -> None:
    await _send(mails.password_reset_mail, mail_id, email)


@app.task(name="mail_security_event", retry=RETRY)
async def mail_security_event(*, event_id: str) -> None:
    await _send(mails.security_mail, UUID(event_id))


@app.task(name="mail_export", retry=RETRY)
async def mail_export(*, export_id: str) -> None:
    await _send(mails.export_mail, UUID(export_id))


@app.task(name="write_export")
async def write_export(*, export_id: str) -> None:
    """In threads of its own, since the one for the database must not wait for it; `sweep` tries again."""
    steps, end = exports.write(UUID(export_id)), object()
    try:
        while await asyncio.to_thread(next, steps, end) is not end:
            pass
    except exports.LeaseLost:
        logger.info("export %s was cancelled, or is written by another job", export_id)


@app.task(name="erase_account")
async def erase_account(*, user_id: str) -> None:
    while await in_database(erasure.erase_some)(UUID(user_id)):
        pass


@app.periodic(cron="* * * * *")
@app.task(name="sweep_exports", queueing_lock="sweep_exports")
async def sweep_exports(timestamp: int) -> None:
    await in_database(exports.sweep)()


@app.periodic(cron="29 * * * *")
@app.task(name="erase_closed_accounts", queueing_lock="erase_closed_accounts")
async def erase_closed_accounts(timestamp: int) -> None:
    await in_database(erasure.defer_due)()


@app.periodic(cron="41 * * * *")
@app.task(name="purge_account_records", queueing_lock="purge_account_records")
async def purge_account_records(timestamp: int) -> None:
    """Archives whose week is over, and security events whose year is."""
    await in_database(exports.purge)()
    await in_database(security_events.purge)()


async def _send(write: Callable[..., EmailMessage | None], *arguments: Any) -> None:
    """Raises OSError when the mail server does not take it; the queue then tries again."""
    mail = await in_database(write)(*arguments)
    if mail is not None:
        # In another thread, since the one for the database must not wait for a mail server.
        await asyncio.to_thread(mail.send)
