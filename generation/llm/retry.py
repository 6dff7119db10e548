"""How long one prompt is retried, and how much of that has been used."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from blogai.core.errors import ProviderBusy, ProviderError, ProviderRejected, ProviderTimeout
from generation.llm.breaker import Delay
from generation.llm.endpoints import Endpoint
from generation.llm.providers.errors import title

type Failure = ProviderError | ProviderTimeout


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Seconds; `tries` and `drafts` are numbers of attempts."""

    failing: float = 35
    """Without text: failed attempts and the pauses after them. An attempt under way may finish, so that with
    the usual first-token timeout of 20 s nothing takes longer than 55 s."""
    busy: float = 60
    """Waiting because a provider asked for it. This and `failing` count from when any of the providers last
    answered any call: then they are not down, and this prompt was unlucky."""
    turn: float = 60
    """Waiting for our own rate limit."""
    whole: float = 300
    """From the first wait to the last token."""
    tries: int = 20
    drafts: int = 8
    """Attempts that broke off after text had come; those cost money."""
    first_pause: float = 0.5
    longest_pause: float = 5.0

    def pause(self, failures: int, draw: Callable[[], float]) -> float:
        """Seconds before a provider that failed `failures` times is asked again: full jitter.

        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        return float(draw() * min(self.longest_pause, self.first_pause * 2 ** (failures - 1)))


@dataclass(slots=True)
class RetryState:
    """The attempts so far for one prompt."""

    policy: RetryPolicy
    clock: Callable[[], float]
    endpoints: tuple[Endpoint, ...]
    draw: Callable[[], float] = random.random
    tries: int = 0
    error: Failure | None = None
    """The last one."""
    _drafts: int = 0
    _failing: float = 0
    _busy: float = 0
    _failures: dict[Endpoint, int] = field(default_factory=dict)
    _again_at: dict[Endpoint, float] = field(default_factory=dict)
    _rejected: set[Endpoint] = field(default_factory=set)
    _started: float = field(init=False)

    def __post_init__(self) -> None:
        self._started = self.clock()

    @property
    def left(self) -> float:
        """Seconds left of `policy.whole`."""
        return self.policy.whole - (self.clock() - self._started)

    @property
    def longest_wait(self) -> float:
        """The most seconds to wait for the rate limit."""
        left = min(self.policy.turn, self.left)
        return max(
            0.0, min(left, self.policy.failing - self._since_answer(self._failing)) if self.tries else left
        )

    def choose(self) -> Endpoint | Delay:
        """The endpoint for the next attempt: of the free ones the one that failed least, in their order."""
        usable = [endpoint for endpoint in self.endpoints if endpoint not in self._rejected]
        delays = {endpoint: self._delay(endpoint) for endpoint in usable}
        free = [endpoint for endpoint, delay in delays.items() if delay is None]
        if free:
            return min(free, key=lambda endpoint: self._failures.get(endpoint, 0))
        return min((delay for delay in delays.values() if delay), key=lambda delay: delay.seconds)

    def _since_answer(self, spent: float) -> float:
        """`spent`, but no more than the seconds since any of the providers last answered."""
        return min(spent, self.clock() - max(endpoint.breaker.answered_at for endpoint in self.endpoints))

    def _delay(self, endpoint: Endpoint) -> Delay | None:
        ours = self._again_at.get(endpoint, 0.0) - self.clock()
        theirs = endpoint.breaker.delay()
        if theirs is not None and theirs.seconds >= ours:
            return theirs
        return Delay(ours, "provider_failing") if ours > 0 else None

    def failed(self, endpoint: Endpoint, error: Failure, *, silent: float, draft: bool) -> None:
        """Count a failed attempt, `silent` seconds of it without text. Raises if it was the last."""
        self.error = error
        self.tries += 1
        self._drafts += draft
        self._failing += silent
        self._failures[endpoint] = self._failures.get(endpoint, 0) + 1
        self._again_at[endpoint] = self.clock() + self.policy.pause(self._failures[endpoint], self.draw)
        if isinstance(error, ProviderRejected):
            self._rejected.add(endpoint)
        if (
            len(self._rejected) == len(self.endpoints)
            or self.tries >= self.policy.tries
            or self._drafts >= self.policy.drafts
            or (self._since_answer(self._failing) > self.policy.failing and not self._second_chance)
            or self.left <= 0
        ):
            raise error

    @property
    def _second_chance(self) -> bool:
        """A single failure, however long it took, never keeps another provider from being asked."""
        return self.tries == 1 and len(self.endpoints) > 1

    def wait(self, delay: Delay) -> None:
        """Count a wait before it begins. Raises the last error, or ProviderBusy, if it would be too long."""
        busy = delay.reason == "provider_busy"
        spent, most = (self._busy, self.policy.busy) if busy else (self._failing, self.policy.failing)
        if delay.seconds > min(most - self._since_answer(spent), self.left):
            raise self.error or _no_answer(delay, self.endpoints)
        if busy:
            self._busy += delay.seconds
        else:
            self._failing += delay.seconds

    def refused(self, error: Failure) -> None:
        """Count an attempt that the server had no room for. Raises if it was the last one allowed."""
        self.error = error
        self.tries += 1
        if self.tries >= self.policy.tries:
            raise error

    def waited_for_place(self, seconds: float) -> None:
        """Leave out of the whole what was spent waiting for other calls of ours."""
        self._started += seconds

    def waited_for_rate_limit(self, seconds: float) -> None:
        if self.tries:
            self._failing += seconds


def _no_answer(delay: Delay, endpoints: tuple[Endpoint, ...]) -> ProviderError:
    """The error for a prompt that was never sent."""
    who = " and ".join(title(endpoint.provider.name) for endpoint in endpoints)
    are = "is" if len(endpoints) == 1 else "are"
    if delay.reason == "provider_busy":
        return ProviderBusy(f"{who} {are} too busy right now.", retry_after=delay.seconds)
    return ProviderError(f"{who} {are}n’t answering. Try again in a minute.")
