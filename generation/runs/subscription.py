"""Hints from the channel layer about one conversation, with a limit to every wait and to what is held."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from generation.runs.frames import Frame

logger = logging.getLogger(__name__)

HELD = 200
"""Messages kept for a reader who is busy; the oldest make room, and Postgres has what was in them."""
WITHIN = 1.0
"""Seconds for the layer to let somebody in or out: a Redis that hangs is as good as gone."""


class Subscription:
    """`next` gives frames as they come. With the layer down it only waits: Postgres is asked instead."""

    def __init__(self, group: str) -> None:
        self.news = asyncio.Event()
        self._group = group
        self._layer = get_channel_layer()
        self._channel = ""
        self._held: deque[list[Frame]] = deque(maxlen=HELD)
        self._receiving: asyncio.Task[None] | None = None

    async def next(self, seconds: float) -> list[Frame]:
        """The next frames, or none after `seconds` or once `news` is set."""
        if self._receiving is None or self._receiving.done():
            await self.join(again=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.news.wait()
        self.news.clear()
        frames = [frame for batch in self._held for frame in batch]
        self._held.clear()
        return frames

    async def join(self, *, again: bool = False) -> None:
        """Be in the group before Postgres is read, so that nothing falls between."""
        try:
            async with asyncio.timeout(WITHIN):
                if again:  # Channels keeps a queue for each attempt to join: none while Redis is away
                    await self._layer.group_send(self._group, {"type": "run.frames", "frames": []})
                self._channel = await self._layer.new_channel()
                self._receiving = asyncio.create_task(self._receive())
                await self._layer.group_add(self._group, self._channel)
        except (RedisError, OSError) as error:
            logger.warning("no live updates, asking Postgres instead: %s", str(error) or type(error).__name__)
            await self.leave()

    async def leave(self) -> None:
        receiving, self._receiving = self._receiving, None
        if receiving is None:
            return
        receiving.cancel()
        await asyncio.wait([receiving], timeout=WITHIN)
        try:
            async with asyncio.timeout(WITHIN):
                await self._layer.group_discard(self._group, self._channel)
        except (RedisError, OSError) as error:
            logger.warning("the group could not be left: %s", str(error) or type(error).__name__)

    async def _receive(self) -> None:
        """Take what comes even while nobody asks: Channels' Redis layer would keep all of it.

        Only the end cancels it: that layer takes a cancelled receive for the channel's end.
        """
        while True:
            message = await self._layer.receive(self._channel)
            self._held.append(message["frames"])
            self.news.set()


@asynccontextmanager
async def subscription(group: str) -> AsyncIterator[Subscription]:
    """A subscription to a group, left at the end."""
    joined = Subscription(group)
    await joined.join()
    try:
        yield joined
    finally:
        await joined.leave()
