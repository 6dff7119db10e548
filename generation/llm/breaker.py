"""Whether a provider is worth asking just now, as far as this process knows. Shared by all of its runs."""

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
"""In a row, then the breaker opens."""
FIRST_REST, LONGEST_REST = 1.0, 30.0
"""Seconds that it stays open; they double each time that it opens again without a success between."""
REST_OF_REJECTED = 5.0
"""Where the key, the account or the model is refused: that rarely heals by itself."""
PROBES = 3
"""Calls that are let through at once after the rest. The first that succeeds closes the breaker."""
LOOK_AGAIN = 0.25
"""Seconds after which to look again while the probes are out."""
LONGEST_PAUSE = 3600.0
"""Seconds: a provider that asks for more is asked again all the same."""
MOST_KEPT = 64
"""Breakers of one process. A caller may name any model, so there is no end of them."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Not now: wait that many seconds."""

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
        """The way through for one call, or None when there is a `delay`."""
        if self.delay() is not None:
            return None
        probe = bool(self._rest)
        self._probes += probe
        return Permit(self, probe, self._epoch)

    def close(self) -> None:
        self._rest, self._open_until = 0.0, 0.0
        self._begin_epoch()

    def open(self, least: float) -> None:
        """Let nobody through for at least `least` seconds."""
        self._rest = max(least, min(2 * self._rest, LONGEST_REST))
        self._open_until = self.clock() + self._rest
        self._begin_epoch()

    def count_failure(self) -> None:
        self._failures += 1
        if self._rest or self._failures >= FAILURES:
            self.open(FIRST_REST)

    def pause(self, seconds: float) -> None:
        """Let nobody through for as long as the provider asked for."""
        self._busy_until = max(self._busy_until, self.clock() + min(seconds, LONGEST_PAUSE))

    def count_success(self) -> None:
        self._failures = 0

    def leave(self, epoch: int) -> None:
        """A probe is over."""
        if epoch == self._epoch:
            self._probes -= 1

    @property
    def epoch(self) -> int:
        """Changes whenever it opens or closes. What became of calls from before says nothing any more."""
        return self._epoch

    def _begin_epoch(self) -> None:
        self._epoch += 1
        self._failures = self._probes = 0


class Permit:
    """One call that a breaker let through. A call that ends without a verdict (cancelled) says nothing."""

    def __init__(self, breaker: Breaker, probe: bool, epoch: int) -> None:
        self._breaker = breaker
        self._probe = probe
        self._in_the_way = probe
        self._epoch = epoch

    def __enter__(self) -> "Permit":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.begun()

    def begun(self) -> None:
        """Text comes: a probe that may take a minute more holds up nobody, though it has yet to succeed."""
        if self._in_the_way:
            self._in_the_way = False
            self._breaker.leave(self._epoch)

    def answered(self) -> None:
        """The provider is well: it answered, or it found fault with the prompt."""
        self._breaker.answered_at = self._breaker.clock()
        if self._probe:
            self._breaker.close()
        elif self._current:
            self._breaker.count_success()

    def busy(self, seconds: float) -> None:
        """The provider is there, and wants to be asked again in `seconds`."""
        self._breaker.pause(seconds)
        if self._probe:
            self._breaker.close()

    def failed(self) -> None:
        if self._current:
            self._breaker.count_failure()

    def rejected(self) -> None:
        """Whatever is asked, the provider will refuse: the key, the account or the model is wrong."""
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
