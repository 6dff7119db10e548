"""A limit of calls a minute: never more than that in any sixty seconds.

A slot is reserved when it is asked for, so that callers who wait are served in order and nobody asks twice.
The memory is exact (the times of the last `limit` calls), because a token bucket that may be full at first
lets nearly twice the limit through in its first minute, and one that may not holds up a post of twelve calls.
"""

import logging
from typing import Protocol

from generation.llm.ratelimit.memory import MemoryRateLimiter

logger = logging.getLogger(__name__)


class RateLimiter(Protocol):
    @property
    def limit(self) -> int:
        """Calls a minute."""

    async def acquire(self, longest: float) -> float | None:
        """Seconds until the slot, which is then the caller's; None when it would be more than `longest`."""
        ...


class FallbackRateLimiter:
    """The limit of all processes, or this process's own count while the shared store is away."""

    def __init__(self, shared: RateLimiter, outages: tuple[type[Exception], ...]) -> None:
        self.limit = shared.limit
        self.shared = shared
        self._outages = outages
        self._own = MemoryRateLimiter(shared.limit)

    async def acquire(self, longest: float) -> float | None:
        try:
            return await self.shared.acquire(longest)
        except self._outages as error:
            logger.warning("this process counts its model calls alone: %s", error)
            return await self._own.acquire(longest)
