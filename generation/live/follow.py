"""Following runs: as frames for a socket or a terminal, or only until the end for a waiting request."""

import logging
import time
import uuid
from collections.abc import AsyncGenerator, Iterable

from blogai.core.db import OUTAGES, in_database
from blogai.core.errors import NotFound
from generation.live.connections import Connection
from generation.live.polling import look
from generation.live.reader import Reader
from generation.live.subscription import Subscription, subscription
from generation.models import Run
from generation.runs import frames
from generation.runs.frames import ENDINGS, REVIEW, Frame
from generation.runs.state import RunState, states

logger = logging.getLogger(__name__)

QUIET = 1.0
"""Seconds without a frame of an open run after which Postgres is asked."""
SLOWLY = 5.0
"""Times as long as the last look took: readers of a busy database make it no busier."""
BEHIND = 0.25
"""Seconds between two looks into Postgres while a reader is behind."""
IDLE = 10.0
"""Seconds between two looks while no run is open: a new one announces itself."""


class Follower:
    """Every frame of a conversation's runs, for one connection: a snapshot of each first, then what comes.

    `only`: of this run alone, its first snapshot behind the milestones after number `after`.
    `connection`: of the reader; once they are shown out, `frames` ends with NotAuthenticated.
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
        self._looked = 0.0
        self._quiet = QUIET
        self._hints: Subscription | None = None

    def sync(self, run: str, after: int) -> None:
        """Answer with a snapshot of `run` and the milestones after number `after`; one answer at a time."""
        self._syncs[run] = after
        if self._hints is not None:
            self._hints.news.set()

    async def frames(self) -> AsyncGenerator[Frame]:
        async with subscription(frames.group_of(self._owner_id, self._conversation)) as hints:
            self._hints = hints
            if self._connection is not None:
                self._connection.wakes(hints.news)
            while True:
                if self._connection is not None:
                    self._connection.check()
                if self._due() <= 0:
                    for frame in await self._look():
                        yield frame
                for hint in await hints.next(max(0.01, self._due())):
                    for frame in self._relay(hint):
                        yield frame

    def _due(self) -> float:
        """Seconds until Postgres must be asked."""
        if not self._looked:
            return 0
        if self._syncs or self._unknown or any(reader.behind for reader in self._readers.values()):
            pause = BEHIND
        elif any(not reader.ended for reader in self._readers.values()):
            pause = self._quiet
        else:
            pause = IDLE
        return self._looked + pause - time.monotonic()

    def _relay(self, hint: Frame) -> Iterable[Frame]:
        reader = self._readers.get(hint["run"])
        if self._only not in ("", hint["run"]):
            return []
        if reader is None:
            self._unknown = True
            return []
        if not reader.behind:
            self._looked = time.monotonic()
        return reader.relay(hint)

    async def _look(self) -> list[Frame]:
        known = [*self._syncs, *self._unended(), *filter(None, [self._only])]
        began = time.monotonic()
        # The first look of its own: what comes after it was joined to hear. Later ones only fill gaps.
        ask = look if self._looked else in_database(states)
        try:
            found = await ask(self._owner_id, self._conversation, known)
        except OUTAGES as error:
            logger.warning("Postgres did not say what is new, asking again: %s", error)
            self._unknown, self._looked = True, time.monotonic() + QUIET
            return []
        self._unknown, self._looked = False, time.monotonic()
        self._quiet = max(QUIET, SLOWLY * (self._looked - began))
        return self._lacking([state for state in found if self._only in ("", state.id)])

    def _lacking(self, found: list[RunState]) -> list[Frame]:
        lacking: list[Frame] = []
        for state in found:
            reader = self._readers.get(state.id)
            if reader is None:
                reader = self._readers[state.id] = Reader()
                self._syncs.pop(state.id, None)
                lacking += reader.snapshot(state, self._after)
            elif state.id in self._syncs:
                answer = reader.snapshot(state, self._syncs[state.id])
                lacking += answer
                if answer:
                    del self._syncs[state.id]
            else:
                lacking += reader.fill(state)
        for run in set(self._syncs) - {state.id for state in found}:
            del self._syncs[run]
            error = NotFound("This conversation has no such run.")
            lacking.append({"type": "error", "code": error.code, "detail": error.detail})
        return lacking

    def _unended(self) -> list[str]:
        return [run for run, reader in self._readers.items() if not reader.ended]


async def wait_for(run: Run, seconds: float) -> bool:
    """True when the run has ended; False after `seconds`, and once it waits for its owner.

    Holds no database connection meanwhile.
    """
    until = time.monotonic() + seconds
    async with subscription(frames.group_of(run.owner_id, run.conversation.name)) as hints:
        while await in_database(_goes_on)(run.pk):
            look = min(until, time.monotonic() + QUIET)
            while (left := look - time.monotonic()) > 0:
                batch = await hints.next(left)
                if any(hint["run"] == str(run.pk) and hint["type"] in (*ENDINGS, REVIEW) for hint in batch):
                    break
            if time.monotonic() >= until:
                break
    return await in_database(_ended)(run.pk)


def _goes_on(run_id: uuid.UUID) -> bool:
    return Run.objects.filter(pk=run_id, status__in=Run.WANTS_WORKER).exists()


def _ended(run_id: uuid.UUID) -> bool:
    return Run.objects.filter(pk=run_id).exclude(finished_at=None).exists()
