"""Whether NOTIFY reaches the worker. Behind a transaction pooler it does not, and nothing else says so."""

import logging
from uuid import uuid4

import psycopg
from procrastinate.contrib.django.utils import connector_params
from psycopg import sql

TIMEOUT = 3.0
"""Seconds that a notification may take."""

logger = logging.getLogger(__name__)


async def warn_if_silent() -> None:
    """Log an error if the worker will have to poll for its jobs, which takes up to a second for each."""
    try:
        silent = not await is_heard()
    except psycopg.Error as error:
        logger.warning("could not check whether NOTIFY reaches this worker: %s", error)
        return
    if silent:
        logger.error(
            "NOTIFY doesn't reach this worker, so it polls, and posts start up to a second late. Is its "
            "database address a transaction pooler's? Set DATABASE_URL_DIRECT to the direct one."
        )


async def is_heard() -> bool:
    """Whether a notification comes back to the connection that listens for it. Raises psycopg.Error."""
    channel = sql.Identifier(f"blogai_check_{uuid4().hex}")
    async with await _connected() as listener, await _connected() as sender:
        await listener.execute(sql.SQL("LISTEN {}").format(channel))
        await sender.execute(sql.SQL("NOTIFY {}").format(channel))
        async for _ in listener.notifies(timeout=TIMEOUT, stop_after=1):
            return True
    return False


async def _connected() -> psycopg.AsyncConnection:
    return await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True)
