"""Maintenance mode: on by MAINTENANCE_MODE, or for all processes by `manage.py maintenance on`."""

import asyncio
import logging
import time

from django.conf import settings
from django.db import Error

from blogai.core.db import release_connections
from blogai.models import Maintenance

logger = logging.getLogger(__name__)

CHECK_INTERVAL = 2.0
"""Seconds between this process's queries of the database, while there are requests."""
CHECK_TIMEOUT = 0.3
"""Seconds that a request waits for that query: a database that is down must not delay other requests."""


class MaintenanceState:
    """What this process knows about maintenance mode, as of its last query."""

    def __init__(self) -> None:
        self.enabled = False
        self._next_check = 0.0

    def is_on(self) -> bool:
        if self._is_check_due():
            self._check()
        return self.enabled or settings.MAINTENANCE_MODE

    async def ais_on(self) -> bool:
        if self._is_check_due():
            checking = asyncio.create_task(asyncio.to_thread(self._check_in_thread))
            await asyncio.wait([checking], timeout=CHECK_TIMEOUT)
        return self.enabled or settings.MAINTENANCE_MODE

    def _is_check_due(self) -> bool:
        """Whether it is time for a query. True for only one of several concurrent requests."""
        now = time.monotonic()
        if now < self._next_check:
            return False
        self._next_check = now + CHECK_INTERVAL
        return True

    def _check(self) -> None:
        try:
            self.enabled = Maintenance.objects.exists()
        except Error as error:
            logger.warning("could not query maintenance mode: %s", error)

    def _check_in_thread(self) -> None:
        """For a thread of the event loop's executor, which must release its own connection."""
        try:
            self._check()
        finally:
            release_connections()


state = MaintenanceState()


async def is_closed() -> bool:
    """Whether maintenance mode is on, for those that see of this module only its dotted path."""
    return await state.ais_on()
