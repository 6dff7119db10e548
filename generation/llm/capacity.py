"""How many calls at once a server takes, found out while it is used. Shared by all runs of this process.

Vendors answer any number of calls. A server of one's own may refuse the second while it answers the first,
and each refusal is a call in vain. So the calls of the first burst begin one after another until one is
refused or all have begun; after a refusal the server gets as many as it took, and one more after a while.
"""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PACE = 0.01
"""Seconds after which the next call begins though the last has not: a refusal comes at once."""
FIRST_GROWTH, LAST_GROWTH = 16, 1024
"""Answers after which one call more is tried; twice as many after each refusal."""


class Capacity:
    """Of one server. `limit` None: no refusal has shown one."""

    def __init__(self) -> None:
        self.limit: int | None = None
        self._taken = 0
        """The most calls that it was seen to take at once."""
        self._in_flight = 0
        self._last_began = 0.0
        self._answers = 0
        self._growth = FIRST_GROWTH
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator["Place"]:
        """Room for one call; waits until there is some."""
        while (seconds := self._wait()) is not None:
            await self._changed(seconds)
        self._in_flight += 1
        self._last_began = asyncio.get_running_loop().time()
        try:
            yield Place(self)
        finally:
            self._in_flight -= 1
            self._tell()

    def began(self) -> None:
        """One of the calls in flight writes."""
        if self._in_flight > self._taken:
            self._taken = self._in_flight
            self._tell()

    def answered(self) -> None:
        self._answers += 1
        if self.limit is not None and self._answers >= self._growth:
            self.limit, self._answers = self.limit + 1, 0

    def refused(self) -> bool:
        """It takes one call less than there are. False for a lone call, refused for another reason."""
        if self._in_flight < 2:
            return False
        self.limit = min(self.limit or self._in_flight, self._in_flight - 1)
        self._taken = min(self._taken, self.limit)
        self._growth, self._answers = min(2 * self._growth, LAST_GROWTH), 0
        return True

    def rate_limited(self) -> None:
        """It counts calls a minute, and so takes many at once: none need wait for another to begin."""
        if self.limit is None:
            self._taken = sys.maxsize
            self._tell()

    def _wait(self) -> float | None:
        """Seconds after which to look again, or None when a call may begin."""
        if self.limit is not None and self._in_flight >= self.limit:
            return 60.0
        if self._in_flight <= self._taken:
            return None
        left = self._last_began + PACE - asyncio.get_running_loop().time()
        return left if left > 0 else None

    async def _changed(self, seconds: float) -> None:
        change = asyncio.get_running_loop().create_future()
        self._waiting.append(change)
        await asyncio.wait({change}, timeout=seconds)

    def _tell(self) -> None:
        """Let all who wait look again; each in its own event loop."""
        while self._waiting:
            change = self._waiting.popleft()
            loop = change.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(_resolve, change)


class Place:
    """One call's."""

    def __init__(self, capacity: Capacity) -> None:
        self._capacity = capacity
        self._began = False

    def began(self) -> None:
        if not self._began:
            self._began = True
            self._capacity.began()

    def answered(self) -> None:
        self._capacity.answered()

    def rate_limited(self) -> None:
        self._capacity.rate_limited()

    def refused(self) -> bool:
        """Whether the call was refused because there were too many at once."""
        return not self._began and self._capacity.refused()


def _resolve(change: asyncio.Future[None]) -> None:
    if not change.done():
        change.set_result(None)
