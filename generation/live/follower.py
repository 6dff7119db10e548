"""Following runs: as frames for a socket or a terminal, or only until the end for a waiting request."""

import logging
import time
import uuid
from collections.abc import AsyncGenerator, Collection, Iterable
from contextlib import aclosing

from blogai.core.db import OUTAGES, in_database
from blogai.core.errors import NotFound
from generation.live.connections import Connection
from generation.live.polling import poll
from generation.live.reader import Reader
from generation.live.subscription import Subscription, subscription
from generation.models import Run
from generation.runs import frames
from generation.runs.frames import ENDINGS, REVIEW, SAVED, Frame
from generation.runs.state import RunState, states

logger = logging.getLogger(__name__)

POLL_INTERVAL = 1.0
"""Seconds without a frame of an open run after which Postgres is polled."""
POLL_BACKOFF = 5.0
"""The interval is at least this many times as long as the last poll took, to spare a busy database."""
CATCH_UP_INTERVAL = 0.25
"""Seconds between polls while a reader is behind."""
IDLE_INTERVAL = 10.0
"""Seconds between polls while no run is open: a new run announces itself on the channel layer."""


class Follower:
    """The frames of a conversation's runs for one connection: first a snapshot of each run, then its updates.

    `only` limits them to one run, whose snapshot follows the milestones after number `after`. `frames`
    raises NotAuthenticated when the access of `connection` is revoked.
    """

    def __init__(
        self,
        owner_id: uuid.UUID,
        conversation: str,
        *,
        only: str = "",
        after: int | None = None,
        connection: Connection | None = None,
    ) -> None:
        self._connection = connection
        self._only = only
        self._after = after
        self._owner_id = owner_id
        self._conversation = conversation
        self._readers: dict[str, Reader] = {}
        self._syncs: dict[str, int] = {}
        self._unknown = False
        self._polled_at = 0.0
        self._interval = POLL_INTERVAL
        self._hints: Subscription | None = None

    def sync(self, run: str, after: int) -> None:
        """Send a snapshot of `run` after the milestones numbered above `after`, with the next poll."""
        self._syncs[run] = after
        if self._hints is not None:
            self._hints.wakeup.set()

    async def frames(self) -> AsyncGenerator[Frame]:
        async with subscription(frames.group_of(self._owner_id, self._conversation)) as hints:
            self._hints = hints
            if self._connection is not None:
                self._connection.set_on_revoke(hints.wakeup)
            while True:
                if self._connection is not None:
                    self._connection.check()
                if self._seconds_until_poll() <= 0:
                    for frame in await self._poll():
                        yield frame
                for hint in await hints.next(max(0.01, self._seconds_until_poll())):
                    for frame in self._relay(hint):
                        yield frame

    def _seconds_until_poll(self) -> float:
        """Seconds until the next poll of Postgres."""
        if not self._polled_at:
            return 0
        if self._syncs or self._unknown or any(reader.behind for reader in self._readers.values()):
            pause = CATCH_UP_INTERVAL
        elif any(not reader.ended for reader in self._readers.values()):
            pause = self._interval
        else:
            pause = IDLE_INTERVAL
        return self._polled_at + pause - time.monotonic()

    def _relay(self, hint: Frame) -> Iterable[Frame]:
        if hint["type"] == SAVED:
            return [] if self._only else [hint]
        reader = self._readers.get(hint["run"])
        if self._only not in ("", hint["run"]):
            return []
        if reader is None:
            self._unknown = True
            return []
        if not reader.behind:
            self._polled_at = time.monotonic()
        return reader.relay(hint)

    async def _poll(self) -> list[Frame]:
        known = [*self._syncs, *self._open_runs(), *filter(None, [self._only])]
        started = time.monotonic()
        # The first poll is not shared: it must come after the subscription. Later ones only fill gaps.
        query = poll if self._polled_at else in_database(states)
        try:
            found = await query(self._owner_id, self._conversation, known)
        except OUTAGES as error:
            logger.warning("could not poll Postgres, retrying: %s", error)
            self._unknown, self._polled_at = True, time.monotonic() + POLL_INTERVAL
            return []
        self._unknown, self._polled_at = False, time.monotonic()
        self._interval = max(POLL_INTERVAL, POLL_BACKOFF * (self._polled_at - started))
        return self._missing_frames([state for state in found if self._only in ("", state.id)])

    def _missing_frames(self, found: list[RunState]) -> list[Frame]:
        missing: list[Frame] = []
        for state in found:
            reader = self._readers.get(state.id)
            if reader is None:
                reader = self._readers[state.id] = Reader()
                self._syncs.pop(state.id, None)
                missing += reader.snapshot(state, self._after)
            elif state.id in self._syncs:
                answer = reader.snapshot(state, self._syncs[state.id])
                missing += answer
                if answer:
                    del self._syncs[state.id]
            else:
                missing += reader.catch_up(state)
        for run in set(self._syncs) - {state.id for state in found}:
            del self._syncs[run]
            error = NotFound("This conversation doesn’t have that run.")
            missing.append({"type": "error", "code": error.code, "detail": error.detail})
        return missing

    def _open_runs(self) -> list[str]:
        return [run for run, reader in self._readers.items() if not reader.ended]


async def wait_until_ended(run: Run, seconds: float) -> bool:
    """Wait for the run to end: True when it has, False after `seconds` or when it waits for its owner.

    Holds no database connection while it waits.
    """
    moments = watch(run.owner_id, run.conversation.name, run.pk, seconds, (*ENDINGS, REVIEW))
    async with aclosing(moments):
        async for _ in moments:
            if not await in_database(_is_being_written)(run.pk):
                break
    return await in_database(_has_ended)(run.pk)


async def watch(
    owner_id: uuid.UUID, conversation: str, run_id: uuid.UUID, seconds: float, types: Collection[str]
) -> AsyncGenerator[None]:
    """The moments at which to look at a run in Postgres, until `seconds` have passed.

    They are now, whenever a frame of one of the `types` comes, and every POLL_INTERVAL, since frames may be
    lost. Holds no database connection while it waits.
    """
    until = time.monotonic() + seconds
    async with subscription(frames.group_of(owner_id, conversation)) as hints:
        while True:
            looked_at = time.monotonic()
            yield
            now = time.monotonic()
            if now >= until:
                return
            next_look = min(until, now + max(POLL_INTERVAL, POLL_BACKOFF * (now - looked_at)))
            while (left := next_look - time.monotonic()) > 0:
                batch = await hints.next(left)
                if any(hint.get("run") == str(run_id) and hint["type"] in types for hint in batch):
                    break


def _is_being_written(run_id: uuid.UUID) -> bool:
    return Run.objects.filter(pk=run_id, status__in=Run.WANTS_WORKER).exists()


def _has_ended(run_id: uuid.UUID) -> bool:
    return Run.objects.filter(pk=run_id).exclude(finished_at=None).exists()
