"""Telling those who watch: frames to the channel layer, at once or when the transaction commits.

The channel layer may lose anything; it is a hint, and Postgres is asked for what is missing.
"""

import asyncio
import logging
from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial

from asgiref.sync import SyncToAsync, async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

from generation.models import Run
from generation.runs.frames import Frame, group_of

logger = logging.getLogger(__name__)

PUBLISH_TIMEOUT = 1.0
"""Seconds that the channel layer has to take frames."""

_under_way: set[Future[None]] = set()


async def publish(group: str, frames: Iterable[Frame]) -> None:
    """Send frames to everyone who watches. A layer that is down costs them a second, not the text."""
    batch = list(frames)
    if not batch:
        return
    try:
        async with asyncio.timeout(PUBLISH_TIMEOUT):
            await get_channel_layer().group_send(group, {"type": "run.frames", "frames": batch})
    except (RedisError, OSError) as error:
        logger.warning("live update not sent: %s", str(error) or type(error).__name__)


def publish_on_commit(run: Run, frames: Iterable[Frame]) -> None:
    """Send frames about the run once the transaction under way commits; nothing if it is rolled back."""
    group = group_of(run.owner_id, run.conversation.name)
    transaction.on_commit(partial(_publish_soon, group, list(frames)))


def _publish_soon(group: str, frames: list[Frame]) -> None:
    """Publish without holding the thread up, which others need for the database."""
    # The loop that this thread works for, as asgiref's own `async_to_sync` finds it.
    loop: asyncio.AbstractEventLoop | None = getattr(SyncToAsync.threadlocal, "main_event_loop", None)
    if loop is None or not loop.is_running():
        async_to_sync(publish)(group, frames)
        return
    future = asyncio.run_coroutine_threadsafe(publish(group, frames), loop)
    _under_way.add(future)
    future.add_done_callback(_under_way.discard)
