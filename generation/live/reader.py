"""Keeps track of what one connection has been sent of one run, and of what it still lacks.

Frames from the channel layer may be lost, late, duplicated or out of order, and states from Postgres may lag
by a second. A `Reader` lets through the text of each part in order and without gaps, and every milestone
once, after the text that it refers to. It does no I/O.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from generation.runs import frames
from generation.runs.frames import ENDINGS, REVIEW, Frame
from generation.runs.state import RunState

MAX_BUFFERED = 64_000
"""Characters of a part that are buffered behind a gap. If there are more, all of it is read from Postgres."""

BEFORE_TEXT = ("run.started", "outline.ready", REVIEW)
"""Milestones that come before any text."""


@dataclass(slots=True)
class Seen:
    """How much of which attempt of a part has been sent, and the deltas that came after a gap."""

    attempt: int = 0
    length: int = 0
    buffered: list[Frame] = field(default_factory=list)

    def buffer(self, delta: Frame) -> None:
        self.buffered.append(delta)
        if sum(len(frame["text"]) for frame in self.buffered) > MAX_BUFFERED:
            self.buffered.clear()


class Reader:
    """`behind`: frames are missing, so `catch_up` needs a state from Postgres. `ended`: the run has ended."""

    def __init__(self) -> None:
        self.seq = 0
        self.behind = False
        self.ended = False
        self._seen: dict[str, Seen] = {}
        self._frozen = False

    def snapshot(self, state: RunState, after: int | None = None) -> list[Frame]:
        """A snapshot of the run, after the milestones numbered above `after` if that is given.

        Returns nothing while Postgres has less of a part than was already sent. Until it has caught up, which
        takes at most a second, no other frame is let through either.
        """
        seen = {part.name: self._seen.get(part.name, Seen()) for part in state.parts}
        self._frozen = any(
            (part.attempt, len(part.text)) < (seen[part.name].attempt, seen[part.name].length)
            for part in state.parts
        )
        if self._frozen:
            return []
        missed = [event for event in state.events if after is not None and event["seq"] > after]
        for part in state.parts:
            self._seen[part.name] = Seen(part.attempt, len(part.text), seen[part.name].buffered)
        self.seq = max(self.seq, state.seq)
        self.behind = False
        self.ended = not state.open
        buffered = [frame for part in state.parts for frame in self._drain_buffer(part.name)]
        return [*missed, state.snapshot(), *buffered]

    def relay(self, frame: Frame) -> Iterator[Frame]:
        """The frames to send now that `frame` has come from the channel layer."""
        if frame["type"] == "part.delta":
            yield from self._delta(frame)
        elif frame["type"] == "part.reset":
            yield from self._reset(frame)
        elif frame["type"] in ("run.waiting", "outline.draft"):
            yield frame
        elif "seq" in frame:
            yield from self._milestone(frame)

    def catch_up(self, state: RunState) -> Iterator[Frame]:
        """The frames that the connection lacks, in order: text before the milestones that refer to it."""
        if self._frozen:
            return
        self.behind = False
        missed = [event for event in state.events if event["seq"] > self.seq]
        before = list(takewhile(lambda event: event["type"] in BEFORE_TEXT, missed))
        for event in before:
            yield self._deliver(event)
        for part in state.parts:
            yield from self._missing_text(state.id, part.name, part.attempt, part.text)
        for event in missed[len(before) :]:
            yield self._deliver(event)
        self.seq = max(self.seq, state.seq)
        self.ended = not state.open

    def _delta(self, frame: Frame) -> Iterator[Frame]:
        seen = self._seen.setdefault(frame["part"], Seen())
        if frame["attempt"] < seen.attempt:
            return
        if seen.attempt == 0 and frame["attempt"] == 1:
            seen.attempt = 1
        skip = seen.length - frame["offset"]
        if self._frozen or frame["attempt"] > seen.attempt or skip < 0:
            seen.buffer(frame)
            self.behind = True
        elif skip < len(frame["text"]):
            seen.length += len(frame["text"]) - skip
            yield {**frame, "offset": frame["offset"] + skip, "text": frame["text"][skip:]}

    def _reset(self, frame: Frame) -> Iterator[Frame]:
        seen = self._seen.setdefault(frame["part"], Seen())
        if frame["attempt"] <= seen.attempt:
            return
        if self._frozen:
            self.behind = True
            return
        self._seen[frame["part"]] = Seen(frame["attempt"], 0, seen.buffered)
        yield frame
        yield from self._drain_buffer(frame["part"])

    def _milestone(self, frame: Frame) -> Iterator[Frame]:
        if frame["seq"] <= self.seq:
            return
        if self._frozen or frame["seq"] > self.seq + 1 or self._lacks_text(frame):
            self.behind = True
            return
        yield self._deliver(frame)

    def _lacks_text(self, frame: Frame) -> bool:
        """Whether text that the milestone refers to has not been sent yet."""
        if frame["type"] in ENDINGS:
            return any(seen.buffered for seen in self._seen.values())
        if frame["type"] != "part.done":
            return False
        seen = self._seen.get(frame["part"], Seen())
        return (seen.attempt, seen.length) < (frame["attempt"], frame["length"])

    def _deliver(self, milestone: Frame) -> Frame:
        self.seq = milestone["seq"]
        self.ended = milestone["type"] in ENDINGS  # a retry starts again with run.started
        return milestone

    def _missing_text(self, run: str, part: str, attempt: int, text: str) -> Iterator[Frame]:
        seen = self._seen.setdefault(part, Seen())
        if attempt > seen.attempt:
            if attempt > 1:
                yield frames.reset(run, part, attempt=attempt, reason="caught up")
            self._seen[part] = seen = Seen(attempt, 0, seen.buffered)
        if attempt == seen.attempt and len(text) > seen.length:
            yield frames.delta(run, part, attempt=attempt, offset=seen.length, text=text[seen.length :])
            seen.length = len(text)
        yield from self._drain_buffer(part)

    def _drain_buffer(self, part: str) -> Iterator[Frame]:
        """Buffered deltas of the part that can be sent now."""
        seen = self._seen[part]
        buffered, seen.buffered = seen.buffered, []
        for frame in buffered:
            yield from self._delta(frame)
