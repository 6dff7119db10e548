"""A provider on a bad day."""

import time
from dataclasses import dataclass, field

from generation.llm.simulated import Script, faults
from generation.llm.simulated.asked import Asked
from generation.llm.simulated.script import Answer, Reaction


@dataclass(slots=True)
class Moody(Script):
    """500 on every third call, a cut on every fifth, and on the rest at first 429 with Retry-After: 3."""

    told: dict[str, float] = field(default_factory=dict)
    count: int = 0

    def reaction(self, asked: Asked) -> Reaction:
        with self._lock:
            self.count += 1
            if self.count % 3 == 0:
                return faults.broken()
            if self.count % 5 == 0:
                return faults.cut_at(900 + self.count)
            if asked.user not in self.told:
                self.told[asked.user] = time.monotonic()
                return faults.busy(3)
            return Answer()
