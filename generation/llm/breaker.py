"""A circuit breaker for each provider, shared by all runs of this process."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

from generation.llm.base import Provider, WaitReason

type State = Literal["closed", "open", "half-open"]

FAILURES = 5
"""In a row; then the breaker opens."""
FIRST_REST, LONGEST_REST = 1.0, 30.0
"""Seconds that it stays open; doubled each time it opens again without a success in between."""
REST_OF_REJECTED = 5.0
"""Seconds, where the key, the account or the model is refused: that rarely mends itself."""
PROBES = 3
"""Calls that are let through after the rest. The first that succeeds closes the breaker."""
LOOK_AGAIN = 0.25
"""Seconds after which to look again while the probes are under way."""
LONGEST_PAUSE = 3600.0
"""Seconds; a provider that asks for more is asked again after these."""
MOST_KEPT = 64
"""Breakers of one process. Callers may name any model, so their number is limited."""


@dataclass(frozen=True, slots=True)
class Delay:
    """No call may go now: wait that many seconds."""

    seconds: float
    reason: WaitReason


class Breaker:
    """Opens after failures in a row, or at once; also keeps the pause that a busy provider asked for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._failures = 0
        self._rest = 0.0
        self._open_until = 0.0
        self._busy_until = 0.0
        self._probes = 0
        self._epoch = 0
        self.answered_at = -math.inf
        """When the provider last answered anyone."""

    @property
    def state(self) -> State:
        if not self._rest:
            return "closed"
        return "open" if self.clock() < self._open_until else "half-open"

    def delay(self) -> Delay | None:
        """Why no call may go now, or None."""
        now = self.clock()
        if now < self._busy_until:
            return Delay(self._busy_until - now, "provider_busy")
        if now < self._open_until:
            return Delay(self._open_until - now, "provider_failing")
        if self._rest and self._probes >= PROBES:
            return Delay(LOOK_AGAIN, "provider_failing")
        return None

    def enter(self) -> "Permit | None":
        """Permission for one call, or None while there is a `delay`."""
        if self.delay() is not None:
            return None
        probe = bool(self._rest)
        self._probes += probe
        return Permit(self, probe, self._epoch)

    def close(self) -> None:
        self._rest, self._open_until = 0.0, 0.0
        self._begin_epoch()

    def open(self, least: float) -> None:
        """Let no call through for at least `least` seconds."""
        self._rest = max(least, min(2 * self._rest, LONGEST_REST))
        self._open_until = self.clock() + self._rest
        self._begin_epoch()

    def count_failure(self) -> None:
        self._failures += 1
        if self._rest or self._failures >= FAILURES:
            self.open(FIRST_REST)

    def pause(self, seconds: float) -> None:
        """Let no call through for as long as the provider asked."""
        self._busy_until = max(self._busy_until, self.clock() + min(seconds, LONGEST_PAUSE))

    def count_success(self) -> None:
        self._failures = 0

    def leave(self, epoch: int) -> None:
        """A probe is over."""
        if epoch == self._epoch:
            self._probes -= 1

    @property
    def epoch(self) -> int:
        """Changes whenever it opens or closes; the outcome of calls begun before then no longer counts."""
        return self._epoch

    def _begin_epoch(self) -> None:
        self._epoch += 1
        self._failures = self._probes = 0


class Permit:
    """One call that a breaker let through. A call that is cancelled counts neither way."""

    def __init__(self, breaker: Breaker, probe: bool, epoch: int) -> None:
        self._breaker = breaker
        self._probe = probe
        self._holds_others = probe
        self._epoch = epoch

    def __enter__(self) -> "Permit":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.begun()

    def begun(self) -> None:
        """Text comes: a probe that may take another minute no longer holds up others."""
        if self._holds_others:
            self._holds_others = False
            self._breaker.leave(self._epoch)

    def answered(self) -> None:
        """The provider is up: it answered, or it rejected the prompt."""
        self._breaker.answered_at = self._breaker.clock()
        if self._probe:
            self._breaker.close()
        elif self._current:
            self._breaker.count_success()

    def busy(self, seconds: float) -> None:
        """The provider is up, and wants to be asked again in `seconds`."""
        self._breaker.pause(seconds)
        if self._probe:
            self._breaker.close()

    def failed(self) -> None:
        if self._current:
            self._breaker.count_failure()

    def rejected(self) -> None:
        """The provider will refuse every prompt: the key, the account or the model is wrong."""
        if self._current:
            self._breaker.open(REST_OF_REJECTED)

    @property
    def _current(self) -> bool:
        return self._epoch == self._breaker.epoch


_breakers: OrderedDict[object, tuple[Provider, Breaker]] = OrderedDict()


def breaker_of(provider: Provider) -> Breaker:
    """This process's breaker for the provider: one for each address, key and model."""
    _, breaker = _breakers.setdefault(provider, (provider, Breaker()))
    _breakers.move_to_end(provider)
    if len(_breakers) > MOST_KEPT:
        _breakers.popitem(last=False)
    return breaker


def breaker_states() -> dict[tuple[str, str], State]:
    """The state of each provider's model that this process has asked, by (provider, model)."""
    return {(provider.name, provider.model): breaker.state for provider, breaker in _breakers.values()}
