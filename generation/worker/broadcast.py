"""Broadcasts what is being written: coalesced deltas to the channel layer, text to Postgres.

The channel layer may lose frames, so they are only hints. Postgres is authoritative, and at most a second
late.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blogai.core.db import retry_on_outage
from generation.models import RunStep
from generation.pipeline.types import Part
from generation.runs import checkpoints, frames
from generation.runs.channel_layer import publish
from generation.runs.frames import Frame
from generation.runs.lease import Lease

SEND_INTERVAL = 0.045
"""Seconds between messages; text that arrives in between is coalesced."""
MIN_REPORTED_WAIT = 1.0
"""Seconds; shorter waits are not reported."""
FLUSH_INTERVAL = 1.0
"""Seconds between flushes of unfinished text to Postgres."""


@dataclass(slots=True)
class Live:
    """A part being written, with how much of this attempt's text has been sent and flushed.

    `known`: the attempt is stored in Postgres. Nothing of it is sent before: a worker that takes over counts
    attempts on from there, and must not use the number of an attempt that was already sent.
    """

    attempt: int
    known: bool = False
    text: str = ""
    sent: int = 0
    flushed: int = 0


class Broadcast:
    """The pipeline's `Progress`. `steps` hold the attempts and final texts of earlier workers."""

    def __init__(self, lease: Lease, group: str, steps: Iterable[RunStep]) -> None:
        self._lease = lease
        self._run_id = lease.run_id
        self._group = group
        self._earlier_attempts = {step.name: step.attempt for step in steps}
        self._settled = {step.name: (step.attempt, step.text) for step in steps if step.output is not None}
        self._known_attempts: set[str] = set()
        self._live: dict[str, Live] = {}
        self._notes: list[Frame] = []
        self._wakeup = asyncio.Event()

    def outline(self, title: str, headings: Sequence[str]) -> None:
        self._queue_note(frames.drafted(self._run_id, title, headings))

    def reset(self, part: str, *, attempt: int, reason: str) -> None:
        self._begin(part, self._earlier_attempts.get(part, 0) + attempt, reason)

    def text(self, part: str, text: str, *, attempt: int) -> None:
        attempt += self._earlier_attempts.get(part, 0)
        live = self._live.get(part)
        if live is None or live.attempt != attempt:
            live = self._begin(part, attempt, "resumed")
        live.text += text
        self._wakeup.set()

    def waiting(self, step: str, seconds: float, reason: str) -> None:
        """Report that a call has to wait, if the wait is long enough to be noticed."""
        if seconds >= MIN_REPORTED_WAIT:
            self._queue_note(frames.waiting(self._run_id, step, seconds=round(seconds, 1), reason=reason))

    def stored(self, finished: Iterable[str], begun: Iterable[str]) -> None:
        """Note that all text of `finished` and the first attempts of `begun` are now stored in Postgres."""
        for name in finished:
            live = self._live[name]
            live.flushed, live.known = len(live.text), True
        self._known_attempts.update(begun)

    def settle(self, part: Part) -> int:
        """The attempt that has the part's final text. If other text was sent, a new attempt replaces it."""
        live = self._live.get(part.name)
        if live is None or live.text != part.text:
            attempt = (live.attempt if live else self._earlier_attempts.get(part.name, 0)) + 1
            live = self._begin(part.name, attempt, "revised")
            live.text = part.text
        self._settled[part.name] = (live.attempt, live.text)
        return live.attempt

    def unsettled(self, part: Part) -> bool:
        """Whether the part has no final text yet, or was sent or written again since."""
        live = self._live.get(part.name)
        attempt = live.attempt if live else self._earlier_attempts.get(part.name, 0)
        return self._settled.get(part.name) != (attempt, part.text)

    async def send(self, milestones: Iterable[Frame] = ()) -> None:
        """Send everything not sent yet: resets and waits, then text, then `milestones`."""
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
            await self._wakeup.wait()
            self._wakeup.clear()
            await self.send()
            await asyncio.sleep(SEND_INTERVAL)

    async def keep_flushing(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_INTERVAL)
            await self.flush()

    def _begin(self, part: str, attempt: int, reason: str) -> Live:
        if attempt > 1:
            self._queue_note(frames.reset(self._run_id, part, attempt=attempt, reason=reason))
        live = self._live[part] = Live(attempt, known=attempt == 1 and part in self._known_attempts)
        return live

    def _queue_note(self, frame: Frame) -> None:
        self._notes.append(frame)
        self._wakeup.set()

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
