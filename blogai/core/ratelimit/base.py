"""Rates, limits and decisions, and what every limiter does with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True, slots=True)
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
    def size(self) -> int:
        """How many requests may come at once."""
        return self.burst or self.count


@dataclass(frozen=True, slots=True)
class Limit:
    """A rate for one caller. `scope` says what is counted, as in the 429; `owner` says whose requests."""

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
        """Count one request against all of `limits`, or against none of them if one refuses it."""
        ...
