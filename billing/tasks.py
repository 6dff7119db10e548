"""The jobs about plans and the ledger. Their names and arguments are stored in the queue."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from billing import carry_over
from billing.notices import queue, usage
from billing.notices.send import send
from blogai.core.db import in_database

RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)
"""Waits of 4 s, 16 s, 1 min, 4 min and 17 min; then it is taken up again every few minutes, for a day."""


@app.task(name="send_billing_notice", retry=RETRY)
async def send_billing_notice(*, notice_id: str) -> None:
    await send(UUID(notice_id))


@app.periodic(cron="*/5 * * * *")
@app.task(name="note_usage")
async def note_usage(timestamp: int) -> None:
    """Notify users who have nearly used up a meter, and queue notices again that have lost their job."""
    await in_database(usage.note)()
    await in_database(queue.sweep)()


@app.periodic(cron="23 * * * *")
@app.task(name="purge_billing")
async def purge_billing(timestamp: int) -> None:
    await in_database(carry_over.purge)()
    await in_database(queue.purge)()
