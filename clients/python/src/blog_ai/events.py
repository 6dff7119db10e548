"""The events of a run, as `/api/v1/runs/{id}/events` sends them.

`seq` numbers the milestones of a run without gaps. A server may send types and fields that are not listed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias, TypedDict, cast


class Outline(TypedDict, total=False):
    title: str
    slug: str
    description: str
    tags: list[str]


class PlannedPart(TypedDict):
    part: str
    heading: str


class PartState(TypedDict):
    part: str
    heading: str
    state: str
    attempt: int
    text: str


class RunStarted(TypedDict):
    type: Literal["run.started"]
    run: str
    seq: int
    post_id: str
    conversation_id: str
    parts: list[str]


class OutlineDraft(TypedDict):
    """While the outline is written. The finished one may differ."""

    type: Literal["outline.draft"]
    run: str
    title: str
    headings: list[str]


class OutlineReady(TypedDict):
    type: Literal["outline.ready"]
    run: str
    seq: int
    outline: Outline
    parts: list[PlannedPart]


class OutlineReview(TypedDict):
    """The run waits for its owner, who continues it."""

    type: Literal["outline.review"]
    run: str
    seq: int


class RunWaiting(TypedDict):
    """For the provider, or for a rate limit."""

    type: Literal["run.waiting"]
    run: str
    step: str
    seconds: float
    reason: str


class PartReset(TypedDict):
    """A new attempt: the part is empty again."""

    type: Literal["part.reset"]
    run: str
    part: str
    attempt: int
    reason: str


class PartDelta(TypedDict):
    """`text` goes at `offset` of the part, counted in characters."""

    type: Literal["part.delta"]
    run: str
    part: str
    attempt: int
    offset: int
    text: str


class PartDone(TypedDict):
    """`html` is safe to show."""

    type: Literal["part.done"]
    run: str
    seq: int
    part: str
    attempt: int
    heading: str
    length: int
    html: str
    notes: list[str]


class RunSnapshot(TypedDict):
    """Everything there is so far: first in a stream, and again after an interruption."""

    type: Literal["run.snapshot"]
    run: str
    status: str
    seq: int
    post_id: str
    outline: Outline | None
    parts: list[PartState]


class RunCompleted(TypedDict):
    type: Literal["run.completed"]
    run: str
    seq: int
    post_id: str
    title: str


class RunFailed(TypedDict):
    type: Literal["run.failed"]
    run: str
    seq: int
    code: str
    detail: str


class _Cancelled(TypedDict):
    type: Literal["run.cancelled"]
    run: str
    seq: int


class RunCancelled(_Cancelled, total=False):
    """With a code unless its owner cancelled it."""

    code: str
    detail: str


Event: TypeAlias = (
    RunStarted
    | OutlineDraft
    | OutlineReady
    | OutlineReview
    | RunWaiting
    | PartReset
    | PartDelta
    | PartDone
    | RunSnapshot
    | RunCompleted
    | RunFailed
    | RunCancelled
)

ENDINGS = ("run.completed", "run.failed", "run.cancelled")
ENDED = ("completed", "failed", "cancelled")


class Decoder:
    """Bytes in, the data of each complete event out. A cut-off event is never handed out."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> Iterator[dict[str, Any]]:
        # Not httpx's iter_lines: a post may contain U+2028, which does not end a line here.
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            line = line.removesuffix(b"\r")
            if line.startswith(b"data:"):
                self._data.append(line[5:].removeprefix(b" "))
            elif not line and self._data:
                data, self._data = b"\n".join(self._data), []
                yield json.loads(data)


class Following:
    """What of a run has been handed out, over any number of connections.

    Every milestone comes once and in order. The ending comes last: a server that repeats what was missed
    sends it before the snapshot with the text.
    """

    def __init__(self) -> None:
        self.seq = 0
        self.ended = False
        self._live = False
        self._ending: Event | None = None

    def connected(self) -> None:
        """A new connection: it repeats what was missed, up to a snapshot."""
        self._live = False
        self._ending = None

    def accept(self, frame: dict[str, Any]) -> Iterator[Event]:
        """The events to hand out now that this frame has come."""
        event = cast(Event, frame)
        if event["type"] == "run.snapshot":
            yield from self._snapshot(event)
        elif "seq" not in frame:
            yield event
        elif frame["seq"] > self.seq:
            yield from self._milestone(event)

    def _snapshot(self, snapshot: RunSnapshot) -> Iterator[Event]:
        ending, self._ending = self._ending, None
        self._live = True
        self.ended = snapshot["status"] in ENDED
        if ending and not self.ended:  # the run was tried again since
            yield self._counted(ending)
        yield snapshot
        if ending and self.ended:
            yield self._counted(ending)
        self.seq = max(self.seq, snapshot["seq"])

    def _milestone(self, event: Event) -> Iterator[Event]:
        if self._ending:
            yield self._counted(self._ending)
            self._ending = None
        if event["type"] in ENDINGS and not self._live:
            self._ending = event
            return
        self.ended = event["type"] in ENDINGS
        yield self._counted(event)

    def _counted(self, milestone: Event) -> Event:
        self.seq = cast(dict[str, Any], milestone)["seq"]
        return milestone
