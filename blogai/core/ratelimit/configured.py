"""The limiter that the settings ask for."""

from functools import cache

from blogai.core.ratelimit.base import Limiter
from blogai.core.ratelimit.memory import MemoryLimiter


@cache
def limiter() -> Limiter:
    """The limiter of this process."""
    return MemoryLimiter()
