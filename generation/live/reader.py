"""What one connection has seen of one run, and so what it still lacks.

Frames from the channel layer may be lost, late, doubled or out of order; states from Postgres may lag by a
second. What a `Reader` lets through is none of that: the pieces of each part in order, without a hole, and
every milestone once, after the text that it is about. No I/O.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from generation.runs import frames
from generation.runs.frames import ENDINGS, REVIEW, Frame
from generation.runs.state import RunState

HELD_CHARACTERS = 64_000
"""The most text per part that waits for a hole before it to be filled; beyond, Postgres fills all."""

BEFORE_TEXT = ("run.started", "outline.ready", REVIEW)
"""Milestones that text follows."""


@dataclass(slots=True)
class Seen:
    """How much of which attempt of a part was let through, and what came after a hole."""

    attempt: int = 0
    length: int = 0
    held: list[Frame] = field(default_factory=list)

    def hold(self, delta: Frame) -> None:
        self.held.append(delta)
        if sum(len(frame["text"]) for frame in self.held) > HELD_CHARACTERS:
            self.held.clear()


class Reader:
    """`behind` says that Postgres must be asked (`fill`); `ended` that nothing more will come."""

    def __init__(self) -> None:
        self.seq = 0
        self.behind = False
        self.ended = False
        self._seen: dict[str, Seen] = {}
        self._frozen = False

    def snapshot(self, state: RunState, after: int | None = None) -> list[Frame]:
        """The run whole, behind the milestones after number `after` if that is asked for.

        Nothing while Postgres has less of a part than was let through already: then nothing more goes
        through until it has, which is within a second.
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
            self._seen[part.name] = Seen(part.attempt, len(part.text), seen[part.name].held)
        self.seq = max(self.seq, state.seq)
        self.behind = False
        self.ended = not state.open
        held = [frame for part in state.parts for frame in self._let_go(part.name)]
        return [*missed, state.snapshot(), *held]

    def relay(self, frame: Frame) -> Iterator[Frame]:
        """What the connection may be sent now that `frame` came from the channel layer."""
        if frame["type"] == "part.delta":
            yield from self._delta(frame)
        elif frame["type"] == "part.reset":
            yield from self._reset(frame)
        elif frame["type"] in ("run.waiting", "outline.draft"):
            yield frame
        elif "seq" in frame:
            yield from self._milestone(frame)

    def fill(self, state: RunState) -> Iterator[Frame]:
        """What the connection lacks of what Postgres has, in order; text before the milestones about it."""
        if self._frozen:
            return
        self.behind = False
        missed = [event for event in state.events if event["seq"] > self.seq]
        before = list(takewhile(lambda event: event["type"] in BEFORE_TEXT, missed))
        for event in before:
            yield self._pass(event)
        for part in state.parts:
            yield from self._catch_up(state.id, part.name, part.attempt, part.text)
        for event in missed[len(before) :]:
            yield self._pass(event)
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
            seen.hold(frame)
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
        self._seen[frame["part"]] = Seen(frame["attempt"], 0, seen.held)
        yield frame
        yield from self._let_go(frame["part"])

    def _milestone(self, frame: Frame) -> Iterator[Frame]:
        if frame["seq"] <= self.seq:
            return
        if self._frozen or frame["seq"] > self.seq + 1 or self._lacks(frame):
            self.behind = True
            return
        yield self._pass(frame)

    def _lacks(self, frame: Frame) -> bool:
        """True when text that the milestone speaks of has not been let through."""
        if frame["type"] in ENDINGS:
            return any(seen.held for seen in self._seen.values())
        if frame["type"] != "part.done":
            return False
        seen = self._seen.get(frame["part"], Seen())
        return (seen.attempt, seen.length) < (frame["attempt"], frame["length"])

    def _pass(self, milestone: Frame) -> Frame:
        self.seq = milestone["seq"]
        self.ended = milestone["type"] in ENDINGS  # a retry begins again with run.started
        return milestone

    def _catch_up(self, run: str, part: str, attempt: int, text: str) -> Iterator[Frame]:
        seen = self._seen.setdefault(part, Seen())
        if attempt > seen.attempt:
            if attempt > 1:
                yield frames.reset(run, part, attempt=attempt, reason="caught up")
            self._seen[part] = seen = Seen(attempt, 0, seen.held)
        if attempt == seen.attempt and len(text) > seen.length:
            yield frames.delta(run, part, attempt=attempt, offset=seen.length, text=text[seen.length :])
            seen.length = len(text)
        yield from self._let_go(part)

    def _let_go(self, part: str) -> Iterator[Frame]:
        """Held pieces of the part that fit now."""
        seen = self._seen[part]
        held, seen.held = seen.held, []
        for frame in held:
            yield from self._delta(frame)
