"""Turns under a limit of calls a minute: never more than that in any sixty seconds.

A turn is reserved when it is asked for, so that those who wait are served in order and nobody asks twice.
The memory is exact (the times of the last `limit` turns), because a bucket that may be full at first lets
nearly twice the limit through in its first minute, and one that may not holds up a post of twelve calls.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

logger = logging.getLogger(__name__)

MINUTE = 60.0


class Turns(Protocol):
    @property
    def limit(self) -> int:
        """Turns a minute."""

    async def take(self, longest: float) -> float | None:
        """Seconds until the turn, which is then the caller's; None when it would be more than `longest`."""
        ...


class OwnTurns:
    """The turns of this process."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._taken: deque[float] = deque(maxlen=limit)

    async def take(self, longest: float) -> float | None:
        now = self._clock()
        turn = max(now, self._taken[0] + MINUTE) if len(self._taken) == self.limit else now
        if turn - now > longest:
            return None
        self._taken.append(turn)
        return turn - now


class SharedTurns:
    """The turns of all processes, or this process's own while what they share is away."""

    def __init__(self, shared: Turns, outages: tuple[type[Exception], ...]) -> None:
        self.limit = shared.limit
        self.shared = shared
        self._outages = outages
        self._own = OwnTurns(shared.limit)

    async def take(self, longest: float) -> float | None:
        try:
            return await self.shared.take(longest)
        except self._outages as error:
            logger.warning("this process counts its model calls alone: %s", error)
            return await self._own.take(longest)
