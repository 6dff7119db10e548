"""Returning database connections to the pool, and retrying while the database is down.

Waiting holds nothing: code returns its connection to the pool before it waits. Queries from the event loop go
through `in_database`, which does so after every call.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import psycopg
from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection, connections
from django.db.backends.utils import CursorWrapper

OUTAGES = (OperationalError, InterfaceError)
"""What Django raises while the database is down, including for a pool timeout."""

RETRY_FOR = 30.0
"""How many seconds `retry_on_outage` keeps trying."""


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """A cursor for statements whose planning takes longer than they do.

    Django's own writes the values into the statement, so that Postgres plans each anew. This one sends them
    apart, and psycopg then has the statement prepared on each connection that executes it often, unless there
    is a pooler in between. Postgres has to find out a value's type from where it stands, or from a cast.
    """
    with connection.cursor() as cursor:
        cursor.cursor = psycopg.Cursor(connection.connection)
        yield cursor


def release_connections() -> None:
    """Return this thread's connections to the pool, except inside a transaction."""
    for each in connections.all(initialized_only=True):
        if not each.in_atomic_block:
            each.close()


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
