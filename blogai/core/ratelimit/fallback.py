"""The limiter for when Redis is down: each process admits its share."""

from collections.abc import Sequence
from dataclasses import replace

from blogai.core.ratelimit.base import Decision, Limit, Limiter, Rate
from blogai.core.ratelimit.memory import MemoryLimiter
from blogai.core.redis_client import RedisDown


class FallbackLimiter:
    """The shared limiter or, while Redis is down, this process's share of each limit, counted in memory."""

    def __init__(self, shared: Limiter, processes: int) -> None:
        self._shared = shared
        self._processes = processes
        self._own = MemoryLimiter()

    def hit(self, limits: Sequence[Limit]) -> Decision:
        """As `Limiter.hit`. The decision names the whole limit, and what remains of the share."""
        try:
            return self._shared.hit(limits)
        except RedisDown:
            whole = {replace(limit, rate=share(limit.rate, self._processes)): limit for limit in limits}
            decision = self._own.hit(list(whole))
            return replace(decision, limit=whole[decision.limit])


def share(rate: Rate, processes: int) -> Rate:
    """What each of the processes may admit, so that together they keep the rate; one at once at least."""
    return Rate(rate.count, rate.period * processes, max(1, rate.size // processes))
