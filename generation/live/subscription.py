"""Hints from the channel layer about one conversation, with a limit to every wait and to what is held.

All readers of a conversation in this process share one channel: Channels' layers look after each of theirs at
every message, so that a thousand would cost more than everything else that is done for their readers.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from generation.runs.frames import Frame

logger = logging.getLogger(__name__)

HELD = 200
"""Messages kept for a reader who is busy; the oldest make room, and Postgres has what was in them."""
WITHIN = 1.0
"""Seconds for the layer to let somebody in or out: a Redis that hangs is as good as gone."""
AGAIN_AFTER = 1.0
"""Seconds between two attempts to join."""


class Channel:
    """What the layer says about a group, passed on to all `readers`."""

    def __init__(self, group: str) -> None:
        self.readers: set[Subscription] = set()
        self._group = group
        self._layer = get_channel_layer()
        self._name = ""
        self._receiving: asyncio.Task[None] | None = None
        self._joining: asyncio.Task[None] | None = None
        self._tried = 0.0

    async def join(self) -> None:
        """Be in the group, unless the layer is down."""
        await asyncio.wait([self.keep_joined()])

    def keep_joined(self) -> asyncio.Task[None]:
        """The last attempt to join, maybe under way; a new one when the layer was lost. Waits for nothing."""
        lost = self._receiving is None or self._receiving.done()
        if self._joining is None:
            self._joining = asyncio.create_task(self._join())
        elif self._joining.done() and lost and time.monotonic() >= self._tried + AGAIN_AFTER:
            self._joining = asyncio.create_task(self._join(again=True))
        return self._joining

    async def leave(self) -> None:
        if self._joining is not None:
            self._joining.cancel()
            await asyncio.wait([self._joining], timeout=WITHIN)
        await self._leave()

    async def _join(self, *, again: bool = False) -> None:
        try:
            async with asyncio.timeout(WITHIN):
                if again:  # Channels keeps a queue for each attempt to join: none while Redis is away
                    await self._layer.group_send(self._group, {"type": "run.frames", "frames": []})
                self._name = await self._layer.new_channel()
                self._receiving = asyncio.create_task(self._receive())
                await self._layer.group_add(self._group, self._name)
        except (RedisError, OSError) as error:
            reason = str(error) or type(error).__name__
            logger.warning("no live updates, asking Postgres instead: %s", reason)
            await self._leave()
        self._tried = time.monotonic()

    async def _leave(self) -> None:
        receiving, self._receiving = self._receiving, None
        if receiving is None:
            return
        receiving.cancel()
        await asyncio.wait([receiving], timeout=WITHIN)
        try:
            async with asyncio.timeout(WITHIN):
                await self._layer.group_discard(self._group, self._name)
        except (RedisError, OSError) as error:
            logger.warning("the group could not be left: %s", str(error) or type(error).__name__)

    async def _receive(self) -> None:
        """Take what comes even while nobody asks: Channels' Redis layer would keep all of it.

        Only the end cancels it: that layer takes a cancelled receive for the channel's end.
        """
        while True:
            message = await self._layer.receive(self._name)
            for reader in self.readers:
                reader.take(message["frames"])


class Subscription:
    """`next` gives one reader the frames as they come. With the layer down it only waits."""

    def __init__(self, channel: Channel) -> None:
        self.news = asyncio.Event()
        self._channel = channel
        self._held: deque[list[Frame]] = deque(maxlen=HELD)

    def take(self, frames: list[Frame]) -> None:
        self._held.append(frames)
        self.news.set()

    async def next(self, seconds: float) -> list[Frame]:
        """The next frames, or none after `seconds` or once `news` is set."""
        self._channel.keep_joined()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.news.wait()
        self.news.clear()
        frames = [frame for batch in self._held for frame in batch]
        self._held.clear()
        return frames


_channels: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Channel]] = WeakKeyDictionary()


@asynccontextmanager
async def subscription(group: str) -> AsyncIterator[Subscription]:
    """A subscription to a group, joined before Postgres is read, so that nothing falls between."""
    channels = _channels.setdefault(asyncio.get_running_loop(), {})
    channel = channels.setdefault(group, Channel(group))
    reader = Subscription(channel)
    channel.readers.add(reader)
    try:
        await channel.join()
        yield reader
    finally:
        channel.readers.discard(reader)
        if not channel.readers:
            del channels[group]
            await channel.leave()
