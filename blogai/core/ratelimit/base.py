"""Rates, limits and decisions, and what every limiter does with them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """`count` requests in `period` seconds, spread evenly, of which `burst` may come at once."""

    count: int
    period: float = MINUTE
    burst: int = 0
    """0 means as many as `count`."""

    @property
    def interval(self) -> float:
        """The seconds after which one more request is allowed."""
        return self.period / self.count

    @property
    def microseconds(self) -> int:
        """The interval in whole microseconds, never less: in integers, all limiters count exactly alike."""
        return math.ceil(self.period * 1e6 / self.count)

    @property
    def size(self) -> int:
        """How many requests may come at once."""
        return self.burst or self.count


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """A rate for one caller. `scope` says what is counted, as in the 429; `owner` says whose requests.

    Another rate is another limit, and begins anew.
    """

    scope: str
    owner: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request was admitted, and the limit that refused it or, if none did, that is nearest.

    `remaining` requests may come now, all of them after `reset_after` seconds, and the next one after
    `retry_after` seconds, which is 0 for an admitted request.
    """

    admitted: bool
    limit: Limit
    remaining: int
    reset_after: float
    retry_after: float


class Limiter(Protocol):
    def hit(self, limits: Sequence[Limit]) -> Decision:
        """Count one request against all of `limits` (at least one), or against none if one refuses it."""
        ...


def decide(limit: Limit, busy: int) -> Decision:
    """The decision for a request that comes `busy` microseconds before the limit is completely free again."""
    interval = limit.rate.microseconds
    left = limit.rate.size * interval - busy - interval
    if left < 0:
        return Decision(False, limit, 0, busy / 1e6, -left / 1e6)
    return Decision(True, limit, left // interval, (busy + interval) / 1e6, 0)


def nearest(decisions: Sequence[Decision]) -> Decision:
    """The refusal that lasts longest. If nothing refused, the limit with the least left."""
    return min(decisions, key=lambda each: (each.admitted, -each.retry_after, each.remaining))
