"""The open sockets and event streams of this process: how many, and closed once access is revoked."""

import asyncio
import logging
from collections import Counter
from typing import Literal

from accounts.authentication import Caller, revoked_callers
from blogai.core.db import OUTAGES, in_database
from blogai.core.errors import NotAuthenticated, RateLimited

logger = logging.getLogger(__name__)

MAX_SOCKETS = 20
"""Open sockets of one user in one process."""
CHECK_INTERVAL = 3.0
"""Seconds between checks of every key, session and account, so that access ends within 5."""

MAX_UNAUTHENTICATED = 50
"""Open sockets from one address, in one process, that have not said yet who they are."""

type Kind = Literal["socket", "stream"]


class Connection:
    """One open socket or event stream, and the caller behind it."""

    def __init__(self, caller: Caller, kind: Kind) -> None:
        self.caller = caller
        self.kind = kind
        self.revoked = False
        self._event: asyncio.Event | None = None

    def set_on_revoke(self, event: asyncio.Event) -> None:
        """Set `event` when access is revoked."""
        self._event = event

    def revoke(self) -> None:
        self.revoked = True
        if self._event is not None:
            self._event.set()

    def check(self) -> None:
        """Raises NotAuthenticated once access has been revoked."""
        if self.revoked:
            raise NotAuthenticated("You’re signed out, or this API key no longer works.")


_connections: set[Connection] = set()
_unauthenticated: Counter[str] = Counter()
_checks: list[asyncio.Task[None]] = []


def register(caller: Caller, kind: Kind) -> Connection:
    """A new connection, to be passed to `unregister` later. Raises RateLimited at the limit of sockets."""
    same = [each for each in _connections if each.kind == kind and each.caller.user == caller.user]
    if kind == "socket" and len(same) >= MAX_SOCKETS:
        raise RateLimited(
            f"You have {MAX_SOCKETS} open sockets, the most allowed. Close one first.",
            retry_after=5,
            scope="sockets",
        )
    connection = Connection(caller, kind)
    _connections.add(connection)
    if len(_connections) == 1:
        _checks.append(asyncio.create_task(_check_revoked()))
    return connection


def unregister(connection: Connection) -> None:
    _connections.discard(connection)
    if not _connections and _checks:
        _checks.pop().cancel()


def begin_unauthenticated(network: str) -> None:
    """Another socket from there waits for its key. Raises RateLimited if there are too many."""
    if _unauthenticated[network] >= MAX_UNAUTHENTICATED:
        raise RateLimited(
            "Too many sockets from this address haven’t signed in. Send the key in the handshake.",
            retry_after=5,
            scope="sockets",
        )
    _unauthenticated[network] += 1


def end_unauthenticated(network: str) -> None:
    """It has sent its key, or it is closed."""
    _unauthenticated[network] -= 1
    if not _unauthenticated[network]:
        del _unauthenticated[network]


def counts() -> dict[Kind, int]:
    """How many connections of each kind are open."""
    kinds = Counter(connection.kind for connection in tuple(_connections))  # also called from a thread
    return {"socket": kinds["socket"], "stream": kinds["stream"]}


async def _check_revoked() -> None:
    """Revoke connections whose key, session or account is no longer valid; one check for all of them."""
    while True:
        await asyncio.sleep(CHECK_INTERVAL)
        try:
            callers = {connection.caller for connection in _connections}
            revoked = await in_database(revoked_callers)(callers)
        except OUTAGES as error:
            logger.warning("could not check for revoked keys, sessions and accounts: %s", error)
            continue
        for connection in _connections:
            if connection.caller in revoked:
                connection.revoke()
