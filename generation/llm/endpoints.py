"""One provider with what guards it: slots, breaker, rate limiter and capacity."""

import asyncio
from dataclasses import dataclass

from generation.llm.base import Provider
from generation.llm.breaker import Breaker
from generation.llm.capacity import Capacity
from generation.llm.ratelimit.base import RateLimiter


@dataclass(frozen=True, slots=True, eq=False)
class Endpoint:
    """Belongs to one run and one event loop; the rest may be shared with other runs."""

    provider: Provider
    slots: asyncio.Semaphore
    breaker: Breaker
    limiter: RateLimiter | None
    """None: calls need not wait their turn."""
    capacity: Capacity | None = None
    """None: the server takes as many calls as there are."""
