"""The limiter that the settings ask for."""

from functools import cache

from django.conf import settings

from blogai.core.ratelimit.base import Limiter
from blogai.core.ratelimit.fallback import FallbackLimiter
from blogai.core.ratelimit.memory import MemoryLimiter
from blogai.core.ratelimit.redis import RedisLimiter
from blogai.core.redis_client import client_for


def limiter() -> Limiter:
    """The limiter of this process. It may wait for Redis: async code calls `hit` in a thread."""
    return _limiter(settings.REDIS_URL, settings.WEB_PROCESSES)


@cache
def _limiter(redis_url: str, processes: int) -> Limiter:
    if not redis_url:
        return MemoryLimiter()
    return FallbackLimiter(RedisLimiter(client_for(redis_url)), processes)


def forget_requests() -> None:
    """Count in memory as a new process does."""
    _limiter.cache_clear()
