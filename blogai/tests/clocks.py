"""Time for tests."""

from dataclasses import dataclass


@dataclass
class Clock:
    """Stands still until the test moves it."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now
