"""A rate limiter of one process, in memory."""

import time
from collections import deque
from collections.abc import Callable

MINUTE = 60.0


class MemoryRateLimiter:
    """Remembers the times of the last `limit` calls, including those still to come."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._taken: deque[float] = deque(maxlen=limit)

    async def acquire(self, max_wait: float) -> float | None:
        """As `RateLimiter.acquire`."""
        now = self._clock()
        slot = max(now, self._taken[0] + MINUTE) if len(self._taken) == self.limit else now
        if slot - now > max_wait:
            return None
        self._taken.append(slot)
        return slot - now
