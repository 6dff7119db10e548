"""A limiter of one process."""

import time
from collections.abc import Callable, Sequence
from threading import Lock

from blogai.core.ratelimit.base import Decision, Limit


class MemoryLimiter:
    """Keeps for each limit the time at which it will be as if nothing had been asked (GCRA)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free_at: dict[tuple[str, str, float], float] = {}
        self._lock = Lock()

    def hit(self, limits: Sequence[Limit]) -> Decision:
        """As `Limiter.hit`."""
        with self._lock:
            now = self._clock()
            found = [(limit, max(now, self._free_at.get(_name(limit), now))) for limit in limits]
            decisions = [decide(limit, free_at - now) for limit, free_at in found]
            decision = nearest(decisions)
            if decision.admitted:
                for limit, free_at in found:
                    self._free_at[_name(limit)] = free_at + limit.rate.interval
            return decision


def decide(limit: Limit, busy_for: float) -> Decision:
    """What the limit says to a request that comes `busy_for` seconds before everything is free again."""
    rate = limit.rate
    left = rate.size - busy_for / rate.interval
    if left < 1:
        return Decision(False, limit, 0, busy_for, (1 - left) * rate.interval)
    return Decision(True, limit, int(left) - 1, busy_for + rate.interval, 0)


def nearest(decisions: Sequence[Decision]) -> Decision:
    """The refusal that lasts longest; without one, the limit of which least remains."""
    return min(decisions, key=lambda each: (each.admitted, -each.retry_after, each.remaining))


def _name(limit: Limit) -> tuple[str, str, float]:
    return limit.scope, limit.owner, limit.rate.period
