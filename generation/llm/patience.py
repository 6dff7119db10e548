"""How long one question is tried for, and what has been spent of that."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from blogai.errors import ProviderBusy, ProviderError, ProviderRejected, ProviderTimeout
from generation.llm.breaker import Hold
from generation.llm.failures import title
from generation.llm.lanes import Lane

type Failure = ProviderError | ProviderTimeout


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds; `tries` and `drafts` are numbers of attempts."""

    failing: float = 35
    """In which no text came: failed attempts and the pauses after them. An attempt that has begun may end:
    with the usual first-token timeout of 20 s nothing lasts longer than 55."""
    busy: float = 60
    """Waited because a provider asked for it. This and `failing` count from when any of the providers last
    answered anybody: then they are not down, and the question was unlucky."""
    turn: float = 60
    """Waited for a turn under our own limit."""
    whole: float = 300
    """From the first wait to the last token."""
    tries: int = 20
    drafts: int = 8
    """Attempts that broke off with text on the page; those cost money."""
    first_pause: float = 0.5
    longest_pause: float = 5.0

    def pause(self, failures: int, draw: Callable[[], float]) -> float:
        """Seconds before a provider that failed `failures` times is asked again: full jitter.

        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        return float(draw() * min(self.longest_pause, self.first_pause * 2 ** (failures - 1)))


@dataclass(slots=True)
class Effort:
    """One question while it is tried."""

    patience: Patience
    clock: Callable[[], float]
    lanes: tuple[Lane, ...]
    draw: Callable[[], float] = random.random
    tries: int = 0
    error: Failure | None = None
    """The last one."""
    _drafts: int = 0
    _failing: float = 0
    _busy: float = 0
    _failures: dict[Lane, int] = field(default_factory=dict)
    _again_at: dict[Lane, float] = field(default_factory=dict)
    _rejected: set[Lane] = field(default_factory=set)
    _started: float = field(init=False)

    def __post_init__(self) -> None:
        self._started = self.clock()

    @property
    def left(self) -> float:
        """Seconds of the whole."""
        return self.patience.whole - (self.clock() - self._started)

    @property
    def longest_turn(self) -> float:
        """Seconds that a turn may be waited for."""
        left = min(self.patience.turn, self.left)
        return max(
            0.0, min(left, self.patience.failing - self._lately(self._failing)) if self.tries else left
        )

    def choose(self) -> Lane | Hold:
        """The lane to take: of those that are free, the one that failed least, in their order."""
        usable = [lane for lane in self.lanes if lane not in self._rejected]
        holds = {lane: self._hold(lane) for lane in usable}
        free = [lane for lane, hold in holds.items() if hold is None]
        if free:
            return min(free, key=lambda lane: self._failures.get(lane, 0))
        return min((hold for hold in holds.values() if hold), key=lambda hold: hold.seconds)

    def _lately(self, spent: float) -> float:
        """The seconds of `spent` since any of the providers last answered."""
        return min(spent, self.clock() - max(lane.breaker.answered_at for lane in self.lanes))

    def _hold(self, lane: Lane) -> Hold | None:
        ours = self._again_at.get(lane, 0.0) - self.clock()
        theirs = lane.breaker.hold()
        if theirs is not None and theirs.seconds >= ours:
            return theirs
        return Hold(ours, "provider_failing") if ours > 0 else None

    def failed(self, lane: Lane, error: Failure, *, silent: float, draft: bool) -> None:
        """Count an attempt that failed, `silent` seconds of it without text. Raises if it was the last."""
        self.error = error
        self.tries += 1
        self._drafts += draft
        self._failing += silent
        self._failures[lane] = self._failures.get(lane, 0) + 1
        self._again_at[lane] = self.clock() + self.patience.pause(self._failures[lane], self.draw)
        if isinstance(error, ProviderRejected):
            self._rejected.add(lane)
        if (
            len(self._rejected) == len(self.lanes)
            or self.tries >= self.patience.tries
            or self._drafts >= self.patience.drafts
            or (self._lately(self._failing) > self.patience.failing and not self._second_chance)
            or self.left <= 0
        ):
            raise error

    @property
    def _second_chance(self) -> bool:
        """One failure alone, however long it took, never keeps another provider from being asked."""
        return self.tries == 1 and len(self.lanes) > 1

    def wait(self, hold: Hold) -> None:
        """Count a wait that is to come. Raises the last error, or ProviderBusy, if it would be too long."""
        busy = hold.reason == "provider_busy"
        spent, most = (self._busy, self.patience.busy) if busy else (self._failing, self.patience.failing)
        if hold.seconds > min(most - self._lately(spent), self.left):
            raise self.error or _no_answer(hold, self.lanes)
        if busy:
            self._busy += hold.seconds
        else:
            self._failing += hold.seconds

    def waited_for_turn(self, seconds: float) -> None:
        if self.tries:
            self._failing += seconds


def _no_answer(hold: Hold, lanes: tuple[Lane, ...]) -> ProviderError:
    """For a question that was never asked."""
    who = " and ".join(title(lane.provider.name) for lane in lanes)
    if hold.reason == "provider_busy":
        return ProviderBusy(f"{who}: too busy to answer now.", retry_after=hold.seconds)
    return ProviderError(f"{who}: not answering at the moment. Try again in a minute.")
