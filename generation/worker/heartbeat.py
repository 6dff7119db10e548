"""Renews the leases of all runs that this process is writing, with one query for all of them."""

import asyncio
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from blogai.core.db import retry_on_outage
from generation.runs import lease
from generation.runs.lease import Lease, LeaseLost

CHECK_INTERVAL = 0.5
"""Seconds between checks whether a run was cancelled or taken over."""
CHECKS_PER_RENEWAL = 6
"""A lease is renewed every three seconds."""


class _Heartbeat:
    """The heartbeat of one event loop."""

    def __init__(self) -> None:
        self._lost: dict[Lease, asyncio.Future[None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def keep_renewing(self, held: Lease) -> None:
        loop = asyncio.get_running_loop()
        lost = self._lost[held] = loop.create_future()
        if self._task is None:
            self._task = loop.create_task(self._run())
        try:
            await lost
        finally:
            del self._lost[held]

    async def _run(self) -> None:
        try:
            checks = 0
            while self._lost:
                await asyncio.sleep(CHECK_INTERVAL)
                checks += 1
                await self._check(renew=checks % CHECKS_PER_RENEWAL == 0)
        except Exception as error:  # ends the runs, which handle it
            self._fail(self._lost, error)
        finally:
            self._task = None

    async def _check(self, *, renew: bool) -> None:
        leases = set(self._lost)
        held = await retry_on_outage(lease.renew if renew else lease.still_held)(leases)
        self._fail(leases - held, LeaseLost())

    def _fail(self, leases: Iterable[Lease], error: Exception) -> None:
        for each in leases:
            lost = self._lost.get(each)
            if lost is not None and not lost.done():
                lost.set_exception(error)


_heartbeats: WeakKeyDictionary[asyncio.AbstractEventLoop, _Heartbeat] = WeakKeyDictionary()


async def keep_renewing(held: Lease) -> None:
    """Renew the lease until cancelled. Raises LeaseLost soon after the run ended or was taken over."""
    heartbeat = _heartbeats.setdefault(asyncio.get_running_loop(), _Heartbeat())
    await heartbeat.keep_renewing(held)
