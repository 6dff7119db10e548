"""Time for tests: one that jumps, and one that hurries."""

import asyncio
import heapq
import time
from dataclasses import dataclass, field


@dataclass
class Jumping:
    """A clock that stands still while anybody has anything to do, then jumps to the next who wakes.

    Only for tests without I/O.
    """

    now: float = 1000.0
    _sleepers: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    _driver: asyncio.Task[None] | None = None
    _count: int = 0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self.now + seconds, self._count, waking))
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._drive())
        await waking

    async def _drive(self) -> None:
        while self._sleepers:
            for _ in range(20):
                await asyncio.sleep(0)
            at, _, waking = heapq.heappop(self._sleepers)
            if not waking.done():
                self.now = max(self.now, at)
                waking.set_result(None)


@dataclass(frozen=True)
class Hurrying:
    """A clock that runs `times` as fast as the real one."""

    times: float

    def clock(self) -> float:
        return time.monotonic() * self.times

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.times)
