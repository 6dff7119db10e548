"""Maintenance mode: on by MAINTENANCE_MODE, or for all processes by `manage.py maintenance on`."""

import asyncio
import logging
import math
import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import Error
from django.utils import timezone
from django.utils.formats import date_format

from blogai.core.db import release_connections
from blogai.models import Maintenance

logger = logging.getLogger(__name__)

CHECK_INTERVAL = 2.0
"""Seconds between this process's queries of the database, while there are requests."""
CHECK_TIMEOUT = 0.3
"""Seconds that a request waits for that query: a database that is down must not delay other requests."""
RETRY_AFTER = 60
"""Seconds, if nobody has said when it ends or that time has passed."""


@dataclass(frozen=True, slots=True)
class Closure:
    """What visitors are told: `manage.py maintenance on --message … --until …`."""

    message: str = ""
    until: datetime | None = None

    @property
    def sentence(self) -> str:
        message = self.message or "Blog AI is down for maintenance and will be back soon."
        if self.until is None or not self._seconds_left:
            return message
        ends = date_format(self.until, "DATETIME_FORMAT")
        return f"{message} We expect to be back by {ends} UTC."

    @property
    def retry_after(self) -> int:
        """Seconds."""
        return self._seconds_left or RETRY_AFTER

    @property
    def _seconds_left(self) -> int:
        left = (self.until - timezone.now()).total_seconds() if self.until else 0
        return max(0, math.ceil(left))


class MaintenanceState:
    """What this process knows about maintenance mode, as of its last query."""

    def __init__(self) -> None:
        self.enabled = False
        self.closure = Closure()
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
            row = Maintenance.objects.first()
            self.enabled = row is not None
            self.closure = Closure(row.message, row.until) if row else Closure()
        except Error as error:
            logger.warning("could not query maintenance mode: %s", error)

    def _check_in_thread(self) -> None:
        """For a thread of the event loop's executor, which must release its own connection."""
        try:
            self._check()
        finally:
            release_connections()


state = MaintenanceState()


async def closure() -> str:
    """What visitors are told if maintenance mode is on, else nothing; for settings.CLOSURE."""
    return state.closure.sentence if await state.ais_on() else ""
