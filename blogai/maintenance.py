"""Whether Blog AI is closed: by MAINTENANCE_MODE, or for all processes by `manage.py maintenance on`."""

import asyncio
import logging
import time

from django.conf import settings
from django.db import Error

from blogai.core.db import release_connections
from blogai.models import Maintenance

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between this process's looks at the database, a query each, while requests come."""
NEWS_WITHIN = 0.3
"""Seconds that a request waits for the look: a database that is away must not hold up what needs none."""


class Sign:
    """What this process knows: as the database said at the last look, or does by the time of the next."""

    def __init__(self) -> None:
        self.closed = False
        self._look_at = 0.0

    def says_closed(self) -> bool:
        if self._time_to_look():
            self._look()
        return self.closed or settings.MAINTENANCE_MODE

    async def soon_says_closed(self) -> bool:
        if self._time_to_look():
            looking = asyncio.get_running_loop().run_in_executor(None, self._look_aside)
            await asyncio.wait([looking], timeout=NEWS_WITHIN)
        return self.closed or settings.MAINTENANCE_MODE

    def _time_to_look(self) -> bool:
        """Of the requests that come at once, one looks."""
        now = time.monotonic()
        if now < self._look_at:
            return False
        self._look_at = now + LOOK_EVERY
        return True

    def _look(self) -> None:
        try:
            self.closed = Maintenance.objects.exists()
        except Error as error:
            logger.warning("Whether there is maintenance cannot be seen now: %s", error)

    def _look_aside(self) -> None:
        """In a thread of the event loop, whose connection nobody else gives back."""
        try:
            self._look()
        finally:
            release_connections()


sign = Sign()
