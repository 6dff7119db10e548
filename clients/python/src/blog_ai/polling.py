"""Waiting for a run by asking for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID

from .errors import Conflict
from .generated.models import RunReply

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 5.0
SETTLED = {"completed", "failed", "cancelled", "waiting"}


def is_settled(run: RunReply) -> bool:
    """Whether it has ended, or nothing happens until its outline is reviewed."""
    return run.status in SETTLED


def pauses(timeout: float | None) -> Iterator[float]:
    """Seconds between one look and the next, longer each time, until `timeout` seconds are over."""
    end = None if timeout is None else time.monotonic() + timeout
    pause = FIRST_PAUSE
    while end is None or time.monotonic() < end:
        yield pause if end is None else max(0.0, min(pause, end - time.monotonic()))
        pause = min(LONGEST_PAUSE, pause * 1.5)


def run_in_flight(conflict: Conflict) -> UUID:
    """The run of a request that was repeated while it is still written. Raises other conflicts."""
    if conflict.code != "idempotency_in_flight" or conflict.run_id is None:
        raise conflict
    return UUID(conflict.run_id)
