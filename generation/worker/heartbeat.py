"""Keeping the leases of all runs that this process writes, with one look for them all."""

import asyncio
from weakref import WeakKeyDictionary

from blogai.core.db import retry_on_outage
from generation.runs import lease
from generation.runs.lease import Lease, LeaseLost

LOOK_EVERY = 0.5
"""Seconds between two looks whether a run was cancelled or taken."""
LOOKS_PER_RENEWAL = 6
"""A lease is renewed every three seconds."""


class _Keeper:
    """Of one event loop."""

    def __init__(self) -> None:
        self._kept: dict[Lease, asyncio.Future[None]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def keep(self, held: Lease) -> None:
        loop = asyncio.get_running_loop()
        end = self._kept[held] = loop.create_future()
        if self._looking is None:
            self._looking = loop.create_task(self._look_while_any())
        try:
            await end
        finally:
            del self._kept[held]

    async def _look_while_any(self) -> None:
        try:
            looks = 0
            while self._kept:
                await asyncio.sleep(LOOK_EVERY)
                looks += 1
                await self._look(renew=looks % LOOKS_PER_RENEWAL == 0)
        except Exception as error:  # the runs end with it, which is more than this task could do
            self._end(self._kept, error)
        finally:
            self._looking = None

    async def _look(self, *, renew: bool) -> None:
        kept = set(self._kept)
        self._end(kept - await retry_on_outage(lease.renew if renew else lease.still_held)(kept), LeaseLost())

    def _end(self, leases: set[Lease] | dict[Lease, asyncio.Future[None]], error: Exception) -> None:
        for each in leases:
            end = self._kept.get(each)
            if end is not None and not end.done():
                end.set_exception(error)


_keepers: WeakKeyDictionary[asyncio.AbstractEventLoop, _Keeper] = WeakKeyDictionary()


async def keep(held: Lease) -> None:
    """Renew the lease until cancelled. Raises LeaseLost soon after the run ended or found another worker."""
    loop = asyncio.get_running_loop()
    keeper = _keepers.get(loop)
    if keeper is None:
        keeper = _keepers[loop] = _Keeper()
    await keeper.keep(held)
