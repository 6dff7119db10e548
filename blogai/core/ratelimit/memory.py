"""A limiter of one process."""

import time
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from threading import Lock

from blogai.core.ratelimit.base import Decision, Limit, decide, nearest

CAPACITY = 50_000
"""How many limits to remember, in about 15 MB. Beyond that, those that would be free first are dropped."""


class MemoryLimiter:
    """Keeps for each limit the time at which it will be as if nothing had been asked (GCRA)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free_at: dict[Limit, int] = {}
        self._ends: list[tuple[int, Limit]] = []  # a heap; later requests may have moved an end
        self._lock = Lock()

    def __len__(self) -> int:
        """How many limits are remembered."""
        return len(self._free_at)

    def hit(self, limits: Sequence[Limit]) -> Decision:
        """As `Limiter.hit`."""
        with self._lock:
            now = round(self._clock() * 1e6)
            busy = [max(0, self._free_at.get(limit, now) - now) for limit in limits]
            decision = nearest([decide(*each) for each in zip(limits, busy, strict=True)])
            if decision.admitted:
                for limit, before in zip(limits, busy, strict=True):
                    self._remember(limit, now + before + limit.rate.microseconds)
            self._forget(now)
            return decision

    def _remember(self, limit: Limit, free_at: int) -> None:
        if limit not in self._free_at:
            heappush(self._ends, (free_at, limit))
        self._free_at[limit] = free_at

    def _forget(self, now: int) -> None:
        """Drop limits that are free again: a few per request, so no single request does all the work."""
        for _ in range(10):
            if not self._ends or (self._ends[0][0] > now and len(self._free_at) <= CAPACITY):
                return
            known, limit = heappop(self._ends)
            if (free_at := self._free_at[limit]) > max(known, now):
                heappush(self._ends, (free_at, limit))
            else:
                del self._free_at[limit]
