"""A limit of calls a minute that holds for any sixty seconds.

`acquire` reserves a slot, so callers that have to wait are served in order and need not ask again. Limiters
remember the exact times of the last `limit` calls: a token bucket that starts full would let nearly twice the
limit through in its first minute, and one that starts empty would delay a post of twelve calls.
"""

from typing import Protocol

from generation.llm.ratelimit.memory import MemoryRateLimiter


class RateLimiter(Protocol):
    @property
    def limit(self) -> int:
        """Calls a minute."""

    async def acquire(self, max_wait: float) -> float | None:
        """Reserve the next slot: the seconds until then, or None if they would be more than `max_wait`."""
        ...


class FallbackRateLimiter:
    """A limiter shared by all processes, replaced by one in memory while the shared store is down.

    It logs nothing: the client of Redis tells each outage once, the worker's loops those of Postgres.
    """

    def __init__(self, shared: RateLimiter, outages: tuple[type[Exception], ...]) -> None:
        self.limit = shared.limit
        self.shared = shared
        self._outages = outages
        self._own = MemoryRateLimiter(shared.limit)

    async def acquire(self, max_wait: float) -> float | None:
        try:
            return await self.shared.acquire(max_wait)
        except self._outages:
            return await self._own.acquire(max_wait)
