"""Subscribing to a conversation on the channel layer, with bounded waits and buffers.

All watchers of a conversation in this process share one channel: a layer does some work for each of its
channels with every message, which for a thousand of them would cost more than everything else.
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

MAX_BUFFERED = 200
"""Messages buffered for a busy watcher. The oldest are dropped; Postgres has what was in them."""
LAYER_TIMEOUT = 1.0
"""Seconds to join or leave a group: a Redis that hangs is treated like one that is down."""
REJOIN_INTERVAL = 1.0
"""Seconds between attempts to join."""


class Channel:
    """Receives the messages of a group and passes them on to all `subscriptions`."""

    def __init__(self, group: str) -> None:
        self.subscriptions: set[Subscription] = set()
        self._group = group
        self._layer = get_channel_layer()
        self._name = ""
        self._receiving: asyncio.Task[None] | None = None
        self._joining: asyncio.Task[None] | None = None
        self._tried = 0.0

    async def join(self) -> None:
        """Join the group; returns without having joined when the layer is down."""
        await asyncio.wait([self.ensure_joined()])

    def ensure_joined(self) -> asyncio.Task[None]:
        """The latest attempt to join, perhaps still running. Starts another if the layer was lost."""
        lost = self._receiving is None or self._receiving.done()
        if self._joining is None:
            self._joining = asyncio.create_task(self._join())
        elif self._joining.done() and lost and time.monotonic() >= self._tried + REJOIN_INTERVAL:
            self._joining = asyncio.create_task(self._join(rejoin=True))
        return self._joining

    async def leave(self) -> None:
        if self._joining is not None:
            self._joining.cancel()
            await asyncio.wait([self._joining], timeout=LAYER_TIMEOUT)
        await self._leave()

    async def _join(self, *, rejoin: bool = False) -> None:
        try:
            async with asyncio.timeout(LAYER_TIMEOUT):
                if rejoin:  # fails while Redis is down, before Channels creates another queue
                    await self._layer.group_send(self._group, {"type": "run.frames", "frames": []})
                self._name = await self._layer.new_channel()
                self._receiving = asyncio.create_task(self._receive())
                await self._layer.group_add(self._group, self._name)
        except (RedisError, OSError) as error:
            reason = str(error) or type(error).__name__
            logger.warning("could not join the channel layer, polling Postgres instead: %s", reason)
            await self._leave()
        self._tried = time.monotonic()

    async def _leave(self) -> None:
        receiving, self._receiving = self._receiving, None
        if receiving is None:
            return
        receiving.cancel()
        await asyncio.wait([receiving], timeout=LAYER_TIMEOUT)
        try:
            async with asyncio.timeout(LAYER_TIMEOUT):
                await self._layer.group_discard(self._group, self._name)
        except (RedisError, OSError) as error:
            logger.warning("could not leave the channel layer: %s", str(error) or type(error).__name__)

    async def _receive(self) -> None:
        """Receive continuously, because the Redis layer would otherwise buffer without a limit.

        Must not be cancelled before the end: that layer closes the channel of a cancelled `receive`.
        """
        while True:
            message = await self._layer.receive(self._name)
            for each in self.subscriptions:
                each.push(message["frames"])


class Subscription:
    """One watcher's frames, as they come. While the layer is down there are none."""

    def __init__(self, channel: Channel) -> None:
        self.wakeup = asyncio.Event()
        self._channel = channel
        self._buffer: deque[list[Frame]] = deque(maxlen=MAX_BUFFERED)

    def push(self, frames: list[Frame]) -> None:
        self._buffer.append(frames)
        self.wakeup.set()

    async def next(self, seconds: float) -> list[Frame]:
        """The next frames, or none after `seconds` or once `wakeup` is set."""
        self._channel.ensure_joined()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wakeup.wait()
        self.wakeup.clear()
        frames = [frame for batch in self._buffer for frame in batch]
        self._buffer.clear()
        return frames


_channels: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Channel]] = WeakKeyDictionary()


@asynccontextmanager
async def subscription(group: str) -> AsyncIterator[Subscription]:
    """A subscription to a group. Join before reading Postgres, so that no frame is missed in between."""
    channels = _channels.setdefault(asyncio.get_running_loop(), {})
    channel = channels.setdefault(group, Channel(group))
    joined = Subscription(channel)
    channel.subscriptions.add(joined)
    try:
        await channel.join()
        yield joined
    finally:
        channel.subscriptions.discard(joined)
        if not channel.subscriptions:
            del channels[group]
            await channel.leave()
