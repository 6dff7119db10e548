"""Returning database connections to the pool, and retrying while the database is down.

Waiting holds nothing: code returns its connection to the pool before it waits. Queries from the event loop go
through `in_database`, which does so after every call.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import wraps

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connections

OUTAGES = (OperationalError, InterfaceError)
"""What Django raises while the database is down, including for a pool timeout."""

RETRY_FOR = 30.0
"""Seconds that `retry_on_outage` keeps trying."""


def release_connections() -> None:
    """Return this thread's connections to the pool, except inside a transaction."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def in_database[**P, R](query: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """`query` as an awaitable; its connection is back in the pool when it returns."""

    @wraps(query)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return query(*args, **kwargs)
        finally:
            release_connections()

    return sync_to_async(call)


def retry_on_outage[**P, R](query: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Like `in_database`, retried while the database is down. Only for queries that may safely run twice."""

    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        until = time.monotonic() + RETRY_FOR
        while True:
            try:
                return await in_database(query)(*args, **kwargs)
            except OUTAGES:
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(0.5)

    return call
