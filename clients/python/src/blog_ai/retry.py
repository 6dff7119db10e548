"""When a request is repeated, and after which pause. No I/O."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

REPEATABLE = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}
NOT_NOW = {429, 503}


@dataclass(frozen=True)
class Retry:
    """At most `attempts` tries, with pauses that double from `first_pause` and are a little random.

    A reply's Retry-After is kept to. Where it is over `longest_pause`, the error is raised at once.
    """

    attempts: int = 5
    first_pause: float = 0.5
    longest_pause: float = 60.0

    def pauses(self) -> Iterator[float]:
        """Seconds before each further try."""
        for number in range(self.attempts - 1):
            spread = random.uniform(0.75, 1)  # noqa: S311 # nothing secret
            yield min(self.longest_pause, self.first_pause * 2**number) * spread


class Attempts:
    """The tries of one request: `pause_after` says how long to wait for the next, None to give up."""

    def __init__(self, request: httpx.Request, retry: Retry) -> None:
        self._longest = retry.longest_pause
        self._pauses = retry.pauses() if is_repeatable(request) else iter(())

    def pause_after(self, failure: httpx.Response | httpx.TransportError) -> float | None:
        if isinstance(failure, httpx.UnsupportedProtocol | httpx.ProxyError):
            return None
        if isinstance(failure, httpx.TransportError):
            return next(self._pauses, None)
        if failure.status_code not in NOT_NOW:
            return None
        pause = next(self._pauses, None)
        asked = failure.headers.get("Retry-After", "")
        if pause is None or not asked.isdigit():
            return pause
        return float(asked) if int(asked) <= self._longest else None


def is_repeatable(request: httpx.Request) -> bool:
    """Whether it does the same twice as once, and can be sent twice."""
    same = request.method in REPEATABLE or "Idempotency-Key" in request.headers
    return same and isinstance(request.stream, httpx.ByteStream)
