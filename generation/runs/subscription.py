"""Hints from the channel layer about one conversation, with a limit to every wait."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from generation.runs.frames import Frame

logger = logging.getLogger(__name__)


class Subscription:
    """`next` gives frames as they come. With the layer down it only waits: Postgres is asked instead."""

    def __init__(self, group: str) -> None:
        self._group = group
        self._layer = get_channel_layer()
        self._channel = ""
        self._receiving: asyncio.Task[dict[str, Any]] | None = None
        self._woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake(self) -> None:
        """End the wait of `next`, under way or to come."""
        if not self._woken.done():
            self._woken.set_result(None)

    async def next(self, seconds: float) -> list[Frame]:
        """The next frames, or none after `seconds` or once woken."""
        try:
            if self._receiving is None:
                self._receiving = await self._join()
            return await self._next(self._receiving, seconds)
        except (RedisError, OSError) as error:
            logger.warning("no live updates, asking Postgres instead: %s", error)
            self._receiving = None
            await self._wait([], seconds)
            return []

    async def _next(self, receiving: asyncio.Task[dict[str, Any]], seconds: float) -> list[Frame]:
        await self._wait([receiving], seconds)
        if not receiving.done():
            return []
        message = receiving.result()
        self._receiving = asyncio.create_task(self._layer.receive(self._channel))
        return list(message["frames"])

    async def _wait(self, tasks: list[asyncio.Future[Any]], seconds: float) -> None:
        # Waits, and never cancels: Channels' Redis layer takes a cancelled receive for the channel's end.
        pending: list[asyncio.Future[Any]] = [*tasks, self._woken]
        await asyncio.wait(pending, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if self._woken.done():
            self._woken = asyncio.get_running_loop().create_future()

    async def join(self) -> None:
        """Be in the group before Postgres is read, so that nothing falls between."""
        try:
            self._receiving = await self._join()
        except (RedisError, OSError) as error:
            logger.warning("no live updates, asking Postgres instead: %s", error)

    async def leave(self) -> None:
        if self._receiving is None:
            return
        self._receiving.cancel()
        await asyncio.wait([self._receiving])
        try:
            await self._layer.group_discard(self._group, self._channel)
        except (RedisError, OSError) as error:
            logger.warning("the group could not be left: %s", error)

    async def _join(self) -> asyncio.Task[dict[str, Any]]:
        self._channel = await self._layer.new_channel()
        await self._layer.group_add(self._group, self._channel)
        return asyncio.create_task(self._layer.receive(self._channel))


@asynccontextmanager
async def subscription(group: str) -> AsyncIterator[Subscription]:
    """A subscription to a group, left at the end."""
    joined = Subscription(group)
    await joined.join()
    try:
        yield joined
    finally:
        await joined.leave()
