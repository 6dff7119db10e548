"""Giving database connections back, and what to do while the database is away.

Waiting holds nothing: whatever waits gives its connection back first. Work of the event loop goes through
`in_database`, which does so after every call.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import wraps

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connections

OUTAGES = (OperationalError, InterfaceError)
"""How Django says that the database is away; PoolTimeout among them."""

PATIENCE = 30.0
"""Seconds that `retry_on_outage` keeps trying."""


def give_back() -> None:
    """Return this thread's connections to the pool, except inside a transaction."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


async def release() -> None:
    """Give this task's connections back before it waits."""
    await sync_to_async(give_back)()


def in_database[**P, R](query: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """`query`, to be awaited; its connection is back in the pool when it returns."""

    @wraps(query)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return query(*args, **kwargs)
        finally:
            give_back()

    return sync_to_async(call)


def retry_on_outage[**P, R](query: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Like `in_database`, and tried again while the database is away. Only for what may be done twice."""

    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return await in_database(query)(*args, **kwargs)
            except OUTAGES:
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(0.5)

    return call
