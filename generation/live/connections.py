"""Who watches runs from this process: so many sockets a user, and shown out once they may not look."""

import asyncio
import logging
from collections import Counter
from typing import Literal

from accounts.authentication import Caller, revoked_callers
from blogai.core.db import OUTAGES, in_database
from blogai.core.errors import NotAuthenticated, RateLimited

logger = logging.getLogger(__name__)

MOST_SOCKETS = 20
"""Open sockets of one user in one process."""
CHECK_EVERY = 3.0
"""Seconds between two looks at everybody's key and account: a revoked one is out within 5."""

type Kind = Literal["socket", "stream"]


class Connection:
    """A place in the audience. Its holder is shown out once they may not look any more."""

    def __init__(self, caller: Caller, kind: Kind) -> None:
        self.caller = caller
        self.kind = kind
        self.revoked = False
        self._follows: asyncio.Event | None = None

    def wakes(self, event: asyncio.Event) -> None:
        """Set `event` when the holder is shown out."""
        self._follows = event

    def revoke(self) -> None:
        self.revoked = True
        if self._follows is not None:
            self._follows.set()

    def check(self) -> None:
        """Returns while the holder may look; NotAuthenticated once they may not."""
        if self.revoked:
            raise NotAuthenticated("The API key was revoked or has expired, or the account is closed.")


_connections: set[Connection] = set()
_rounds: list[asyncio.Task[None]] = []


def take(caller: Caller, kind: Kind) -> Connection:
    """A connection, to be given back with `leave`. RateLimited: the user has all the sockets there are."""
    taken = sum(
        connection.kind == kind and connection.caller.user == caller.user for connection in _connections
    )
    if kind == "socket" and taken >= MOST_SOCKETS:
        raise RateLimited(
            f"You have {MOST_SOCKETS} sockets open: close one first.", retry_after=5, scope="sockets"
        )
    connection = Connection(caller, kind)
    _connections.add(connection)
    if len(_connections) == 1:
        _rounds.append(asyncio.create_task(_make_rounds()))
    return connection


def leave(connection: Connection) -> None:
    _connections.discard(connection)
    if not _connections and _rounds:
        _rounds.pop().cancel()


def sizes() -> dict[Kind, int]:
    """How many seats of each kind are taken."""
    taken = Counter(connection.kind for connection in _connections)
    return {"socket": taken["socket"], "stream": taken["stream"]}


async def _make_rounds() -> None:
    """One look for everybody, however many they are."""
    while True:
        await asyncio.sleep(CHECK_EVERY)
        try:
            away = await in_database(revoked_callers)({connection.caller for connection in _connections})
        except OUTAGES as error:
            logger.warning("could not look who may still watch: %s", error)
            continue
        for connection in _connections:
            if connection.caller in away:
                connection.revoke()
