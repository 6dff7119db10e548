"""Who watches runs from this process: so many sockets a user, and shown out once they may not look."""

import asyncio
import logging
from collections import Counter
from typing import Literal

from accounts.authentication import Caller, turned_away
from blogai.db import OUTAGES, in_database
from blogai.errors import NotAuthenticated, RateLimited

logger = logging.getLogger(__name__)

MOST_SOCKETS = 20
"""Open sockets of one user in one process."""
CHECK_EVERY = 3.0
"""Seconds between two looks at everybody's key and account: a revoked one is out within 5."""

type Kind = Literal["socket", "stream"]


class Seat:
    """A place in the audience. Its holder is shown out once they may not look any more."""

    def __init__(self, caller: Caller, kind: Kind) -> None:
        self.caller = caller
        self.kind = kind
        self.shown_out = False
        self._follows: asyncio.Event | None = None

    def wakes(self, event: asyncio.Event) -> None:
        """Set `event` when the holder is shown out."""
        self._follows = event

    def show_out(self) -> None:
        self.shown_out = True
        if self._follows is not None:
            self._follows.set()

    def check(self) -> None:
        """Returns while the holder may look; NotAuthenticated once they may not."""
        if self.shown_out:
            raise NotAuthenticated("The API key was revoked or has expired, or the account is closed.")


_seats: set[Seat] = set()
_rounds: list[asyncio.Task[None]] = []


def take(caller: Caller, kind: Kind) -> Seat:
    """A seat, to be given back with `leave`. RateLimited: the user has all the sockets there are."""
    taken = sum(seat.kind == kind and seat.caller.user == caller.user for seat in _seats)
    if kind == "socket" and taken >= MOST_SOCKETS:
        raise RateLimited(
            f"You have {MOST_SOCKETS} sockets open: close one first.", retry_after=5, scope="sockets"
        )
    seat = Seat(caller, kind)
    _seats.add(seat)
    if len(_seats) == 1:
        _rounds.append(asyncio.create_task(_make_rounds()))
    return seat


def leave(seat: Seat) -> None:
    _seats.discard(seat)
    if not _seats and _rounds:
        _rounds.pop().cancel()


def sizes() -> dict[Kind, int]:
    """How many seats of each kind are taken."""
    taken = Counter(seat.kind for seat in _seats)
    return {"socket": taken["socket"], "stream": taken["stream"]}


async def _make_rounds() -> None:
    """One look for everybody, however many they are."""
    while True:
        await asyncio.sleep(CHECK_EVERY)
        try:
            away = await in_database(turned_away)({seat.caller for seat in _seats})
        except OUTAGES as error:
            logger.warning("could not look who may still watch: %s", error)
            continue
        for seat in _seats:
            if seat.caller in away:
                seat.show_out()
