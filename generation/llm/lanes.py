"""The way to one provider: how many calls of a run take it at once, its breaker, and its turns."""

import asyncio
from dataclasses import dataclass

from generation.llm.base import Provider
from generation.llm.breaker import Breaker
from generation.llm.turns import Turns


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """Belongs to one run and one event loop; the breaker and the turns may be shared with others."""

    provider: Provider
    slots: asyncio.Semaphore
    breaker: Breaker
    turns: Turns | None
    """None: calls need not wait their turn."""
