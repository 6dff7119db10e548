"""Publishing frames to the channel layer, right away or when the transaction commits.

The channel layer may lose frames. They are only hints: watchers read whatever is missing from Postgres.
"""

import asyncio
import logging
from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial
from typing import Any

from asgiref.sync import SyncToAsync, async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.dispatch import receiver
from redis.exceptions import RedisError

from generation.editing.signals import text_saved
from generation.models import Post, Run
from generation.runs.frames import Frame, group_of, saved

logger = logging.getLogger(__name__)

PUBLISH_TIMEOUT = 1.0
"""Seconds."""

_pending: set[Future[None]] = set()


async def publish(group: str, frames: Iterable[Frame]) -> None:
    """Send frames to everyone in the group. While the layer is down, text reaches them a second late."""
    batch = list(frames)
    if not batch:
        return
    try:
        async with asyncio.timeout(PUBLISH_TIMEOUT):
            await get_channel_layer().group_send(group, {"type": "run.frames", "frames": batch})
    except (RedisError, OSError) as error:
        logger.warning("could not publish a live update: %s", str(error) or type(error).__name__)


def publish_on_commit(run: Run, frames: Iterable[Frame]) -> None:
    """Send frames about the run when the current transaction commits, or never if it is rolled back."""
    _on_commit(run, frames)


@receiver(text_saved)
def publish_saved(post: Post, **_: Any) -> None:
    """Tell those who have the post open, on commit."""
    _on_commit(post, [saved(post.pk, post.head)])


def _on_commit(about: Run | Post, frames: Iterable[Frame]) -> None:
    group = group_of(about.owner_id, about.conversation.name)
    transaction.on_commit(partial(_publish_soon, group, list(frames)))


def _publish_soon(group: str, frames: list[Frame]) -> None:
    """Publish without holding up the thread, which others need for the database."""
    loop = _event_loop()
    if loop is None:
        async_to_sync(publish)(group, frames)
        return
    future = asyncio.run_coroutine_threadsafe(publish(group, frames), loop)
    _pending.add(future)
    future.add_done_callback(_pending.discard)


def _event_loop() -> asyncio.AbstractEventLoop | None:
    """The running loop that this thread is, or works for, as asgiref's own `async_to_sync` finds it."""
    loop: asyncio.AbstractEventLoop | None
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = getattr(SyncToAsync.threadlocal, "main_event_loop", None)
    return loop if loop is not None and loop.is_running() else None
