"""The calls that the simulated provider remembers, and how fast it answers them."""

from dataclasses import dataclass, field
from typing import Any, Literal

from generation.llm.simulated.asked import Asked


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast replies are. `seconds_per_call` is the whole of a call and rules the other two."""

    seconds_per_call: float | None = None
    first_token: float = 0.0
    tokens_per_second: float | None = None

    def due(self, number: int, count: int) -> float:
        """Seconds after the call's start at which token `number` of `count` leaves."""
        if self.seconds_per_call is not None:
            return self.seconds_per_call * (number + 1) / (count + 1)
        return self.first_token + (number / self.tokens_per_second if self.tokens_per_second else 0)


@dataclass(slots=True)
class Call:
    """One call as the provider saw it. Times are of time.monotonic()."""

    path: str
    asked: Asked
    body: dict[str, Any]
    in_flight: int
    """Calls being answered when this one came, itself included."""
    started: float
    ended: float | None = None
    outcome: Literal["answering", "answered", "failed", "dropped", "hung up"] = "answering"
    """dropped: by the script; hung up: by the client."""
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    """The tokens sent."""

    @property
    def model(self) -> str:
        return self.asked.model

    @property
    def text(self) -> str:
        """What the client was sent."""
        return "".join(self.sent)
