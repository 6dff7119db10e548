"""What is being written, told to whoever watches: coalesced deltas to the channel layer, text to Postgres.

The channel layer may lose anything; it is a hint. Postgres is the truth and at most a second behind.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blogai.core.db import retry_on_outage
from generation.models import RunStep
from generation.pipeline.types import Part
from generation.runs import checkpoints, frames
from generation.runs.frames import Frame
from generation.runs.lease import Lease
from generation.runs.publish import publish

COALESCE = 0.045
"""Seconds between two sendings; what comes meanwhile is gathered."""
NOTICEABLE = 1.0
"""Seconds of waiting from which on it is said."""
FLUSH_EVERY = 1.0
"""Seconds between two flushes of text in flight to Postgres."""


@dataclass(slots=True)
class Live:
    """A part being written: how much of this attempt's text has been sent and flushed.

    `known`: Postgres has heard of the attempt. Before that none of it is told: a worker that takes over
    counts attempts on from there, and must not give two texts one number.
    """

    attempt: int
    known: bool = False
    text: str = ""
    sent: int = 0
    flushed: int = 0


class Broadcast:
    """The pipeline's `Progress`. `steps` tell what earlier workers have counted and settled."""

    def __init__(self, lease: Lease, group: str, steps: Iterable[RunStep]) -> None:
        self._lease = lease
        self._run_id = lease.run_id
        self._group = group
        self._before = {step.name: step.attempt for step in steps}
        self._settled = {step.name: (step.attempt, step.text) for step in steps if step.output is not None}
        self._counted: set[str] = set()
        self._live: dict[str, Live] = {}
        self._notes: list[Frame] = []
        self._news = asyncio.Event()

    def outline(self, title: str, headings: Sequence[str]) -> None:
        self._note(frames.drafted(self._run_id, title, headings))

    def reset(self, part: str, *, attempt: int, reason: str) -> None:
        self._begin(part, self._before.get(part, 0) + attempt, reason)

    def text(self, part: str, text: str, *, attempt: int) -> None:
        attempt += self._before.get(part, 0)
        live = self._live.get(part)
        if live is None or live.attempt != attempt:
            live = self._begin(part, attempt, "resumed")
        live.text += text
        self._news.set()

    def waiting(self, step: str, seconds: float, reason: str) -> None:
        """Say that a call waits its turn, when somebody would notification."""
        if seconds >= NOTICEABLE:
            self._note(frames.waiting(self._run_id, step, seconds=round(seconds, 1), reason=reason))

    def stored(self, finished: Iterable[str], begun: Iterable[str]) -> None:
        """Postgres has all text of `finished`, and has heard of the first attempt of `begun`."""
        for name in finished:
            live = self._live[name]
            live.flushed, live.known = len(live.text), True
        self._counted.update(begun)

    def settle(self, part: Part) -> int:
        """The attempt whose text is the part's. What was told is made equal to it where it was not."""
        live = self._live.get(part.name)
        if live is None or live.text != part.text:
            attempt = (live.attempt if live else self._before.get(part.name, 0)) + 1
            live = self._begin(part.name, attempt, "revised")
            live.text = part.text
        self._settled[part.name] = (live.attempt, live.text)
        return live.attempt

    def unsettled(self, part: Part) -> bool:
        """True when the part was never settled, or was told or written anew since."""
        live = self._live.get(part.name)
        attempt = live.attempt if live else self._before.get(part.name, 0)
        return self._settled.get(part.name) != (attempt, part.text)

    async def send(self, milestones: Iterable[Frame] = ()) -> None:
        """Send what has not been sent: resets and waits, then text, then `milestones`."""
        if any(live.text and not live.known for live in self._live.values()):
            await self.flush()
        notes, self._notes = self._notes, []
        await publish(self._group, [*notes, *self._deltas(), *milestones])

    async def flush(self) -> None:
        """Store text that has grown since the last flush."""
        grown = {name: live for name, live in self._live.items() if live.flushed < len(live.text)}
        texts = {name: (live.attempt, live.text) for name, live in grown.items()}
        if texts:
            await retry_on_outage(checkpoints.flush)(self._lease, texts)
        for name, live in grown.items():
            live.flushed, live.known = len(texts[name][1]), True

    async def keep_sending(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await self.send()
            await asyncio.sleep(COALESCE)

    async def keep_flushing(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_EVERY)
            await self.flush()

    def _begin(self, part: str, attempt: int, reason: str) -> Live:
        if attempt > 1:
            self._note(frames.reset(self._run_id, part, attempt=attempt, reason=reason))
        live = self._live[part] = Live(attempt, known=attempt == 1 and part in self._counted)
        return live

    def _note(self, frame: Frame) -> None:
        self._notes.append(frame)
        self._news.set()

    def _deltas(self) -> list[Frame]:
        deltas = []
        for part, live in self._live.items():
            if live.known and live.sent < len(live.text):
                text = live.text[live.sent :]
                deltas.append(
                    frames.delta(self._run_id, part, attempt=live.attempt, offset=live.sent, text=text)
                )
                live.sent = len(live.text)
        return deltas
