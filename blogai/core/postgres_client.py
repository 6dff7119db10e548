"""The connection class of the database pool: requests don't wait for a Postgres that hangs.

Such a Postgres accepts queries and connections, and answers neither, as when its processes are stopped. No
timeout of Postgres' own can end that, and a query that is merely slow must not fail. So when no result has
come for a while, we ask the same server on a new connection whether it still answers anybody.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, override

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import ReadOnlySqlTransaction, _WaitTimeout
from psycopg_pool import ConnectionPool

SILENCE = 1.0
"""After this many seconds without a result, a request checks again and again whether the server answers."""
ANSWER_WITHIN = 0.5
"""How many seconds a check may take. Together the two are the pool's timeout, so it ends after one check."""
LONGEST = 30.0
"""How many seconds a request waits if the server answers others: its own connection may be dead."""
LONGEST_CHECK = 5.0
"""The same for the pool's check of a connection, which is no work: a pooler in between has none left."""
SSL_REQUEST = bytes([0, 0, 0, 8, 4, 210, 22, 47])
"""Every Postgres and pooler answers this immediately, to anybody, with one byte, and doesn't log it."""

_timeouts: dict[str, float] = {}
"""What `limit` was told."""
_gives_up: ContextVar[bool] = ContextVar("gives_up", default=False)


def limit(*, statement: float, lock: float, idle_in_transaction: float) -> None:
    """Have Postgres end what takes this process too long, in seconds; 0 is never.

    It holds for connections made from now on. Not for a transaction pooler: what a session sets there stays
    on a connection that others get next.
    """
    _timeouts.update(
        statement_timeout=statement,
        lock_timeout=lock,
        idle_in_transaction_session_timeout=idle_in_transaction,
    )


@contextmanager
def giving_up() -> Iterator[None]:
    """Inside the block, also in threads called from there, queries fail while Postgres hangs.

    Elsewhere, as in workers and migrations, they wait until it answers again.
    """
    token = _gives_up.set(True)
    try:
        yield
    finally:
        _gives_up.reset(token)


class Connection[Row](psycopg.Connection[Row]):
    """Closes itself when its query is given up, so that nobody gets the late answer.

    A Postgres that only reads is as good as none: OperationalError, an outage like others.
    """

    _is_checked = False

    def check(self) -> None:
        """For the pool, before it hands the connection out. Raises OperationalError if it doesn't work."""
        self._is_checked = True
        try:
            ConnectionPool.check_connection(self)
        finally:
            self._is_checked = False

    @override
    @classmethod
    def connect(cls, conninfo: str = "", **kwargs: Any) -> Self:
        """With the timeouts of `limit`. As statements: poolers refuse what they don't know in `options`."""
        connection = super().connect(conninfo, **kwargs)
        if _timeouts:
            statements = (f"SET {name} = {seconds * 1000:.0f}" for name, seconds in _timeouts.items())
            connection.execute(";".join(statements).encode())
            connection.commit()
        return connection

    @override
    def wait[Result](self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        try:
            return self._wait(gen, interval, timeout)
        except ReadOnlySqlTransaction as error:  # after a failover, it may be the former primary's
            self.close()
            raise psycopg.OperationalError("Postgres only reads") from error

    def _wait[Result](self, gen: PQGen[Result], interval: float, timeout: float | None) -> Result:
        if timeout is not None or not _gives_up.get():
            return super().wait(gen, interval, timeout)
        until = time.monotonic() + (LONGEST_CHECK if self._is_checked else LONGEST)
        while True:
            try:
                return super().wait(gen, interval, SILENCE)
            except _WaitTimeout:  # private, but what `wait` says that it raises
                if time.monotonic() > until or not _answers(self.pgconn.socket):
                    self.close()
                    raise psycopg.OperationalError("Postgres does not answer") from None


def _answers(connected: int) -> bool:
    """Whether the server that this file descriptor is connected to answers a new connection."""
    try:
        with socket.socket(fileno=os.dup(connected)) as existing:
            family, address = existing.family, existing.getpeername()
        with socket.socket(family) as new:
            new.settimeout(ANSWER_WITHIN)
            new.connect(address)
            new.sendall(SSL_REQUEST)
            return bool(new.recv(1))
    except OSError:
        return False
