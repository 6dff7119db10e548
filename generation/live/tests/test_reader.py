"""Although a layer loses, repeats and delays frames, a reader delivers every character once, in order."""

import random
from collections.abc import Iterator

import pytest

from generation.live.reader import Reader
from generation.runs import frames
from generation.runs.frames import Frame
from generation.runs.state import PartState, RunState

RUN = "0197a000-0000-7000-8000-000000000000"
PARTS = ("introduction", "section-1", "section-2")


class Page:
    """What a client has that follows the protocol."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.attempts: dict[str, int] = {}
        self.seqs: list[int] = []
        self.done: dict[str, str] = {}

    def take(self, frame: Frame) -> None:
        match frame["type"]:
            case "run.snapshot":
                self.seqs = list(range(1, frame["seq"] + 1))
                for part in frame["parts"]:
                    assert len(part["text"]) >= len(self.texts.get(part["part"], "")) or (
                        part["attempt"] > self.attempts[part["part"]]
                    )
                    self.texts[part["part"]] = part["text"]
                    self.attempts[part["part"]] = part["attempt"]
            case "part.reset":
                assert frame["attempt"] > self.attempts.get(frame["part"], 0)
                self.texts[frame["part"]] = ""
                self.attempts[frame["part"]] = frame["attempt"]
            case "part.delta":
                assert frame["offset"] == len(self.texts.get(frame["part"], ""))
                self.attempts[frame["part"]] = self.attempts.get(frame["part"], 0) or 1
                assert frame["attempt"] == self.attempts[frame["part"]]
                self.texts[frame["part"]] = self.texts.get(frame["part"], "") + frame["text"]
            case "part.done":
                self.seqs.append(frame["seq"])
                if frame["attempt"] == self.attempts[frame["part"]]:
                    assert len(self.texts[frame["part"]]) == frame["length"]
            case _:
                self.seqs.append(frame["seq"])


class Writer:
    """A worker: the frames that it sends, and what Postgres has of them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.live = dict.fromkeys(PARTS, (1, ""))
        self.flushed = dict.fromkeys(PARTS, (0, ""))
        self.events: list[Frame] = []
        self.status = "running"

    def milestone(self, type_: str, **fields: object) -> Frame:
        frame = {"type": type_, "run": RUN, "seq": len(self.events) + 1, **fields}
        self.events.append(frame)
        return frame

    def state(self) -> RunState:
        parts = (PartState(name, name, "writing", *self.flushed[name]) for name in PARTS)
        return RunState(
            RUN, self.status, len(self.events), "post", RUN, None, tuple(parts), tuple(self.events)
        )

    def frames(self) -> Iterator[Frame]:
        yield self.milestone("run.started")
        yield self.milestone("outline.ready")
        left = {part: self.rng.randint(5, 40) for part in PARTS}
        while left:
            part = self.rng.choice(sorted(left))
            attempt, text = self.live[part]
            if self.rng.random() < 0.04:
                self.live[part] = (attempt + 1, "")
                yield frames.reset(RUN, part, attempt=attempt + 1, reason="cut")
                continue
            piece = "".join(self.rng.choices("abc é漢 ", k=self.rng.randint(1, 9)))
            self.live[part] = (attempt, text + piece)
            yield frames.delta(RUN, part, attempt=attempt, offset=len(text), text=piece)
            if self.rng.random() < 0.1:
                self.flushed.update(self.live)
            left[part] -= 1
            if not left[part]:
                del left[part]
                self.flushed[part] = self.live[part]
                attempt, text = self.live[part]
                yield self.milestone("part.done", part=part, attempt=attempt, length=len(text))
        self.status = "completed"
        yield self.milestone("run.completed")


def read(seed: int, *, loss: float, join: float = 0.0) -> tuple[Page, Writer]:
    """What a page has at the end if each frame is lost, repeated or delayed with probability `loss`."""
    rng = random.Random(seed)
    writer, reader, page = Writer(rng), Reader(), Page()
    delayed: list[Frame] = []
    joined = False
    for frame in writer.frames():
        if not joined:
            if rng.random() < join:
                continue
            joined = True
            for sent in reader.snapshot(writer.state()):
                page.take(sent)
        arriving = [] if rng.random() < loss else [frame] * (2 if rng.random() < loss else 1)
        if rng.random() < loss:
            delayed += arriving
            arriving = []
        if delayed and rng.random() < 0.2:
            arriving += delayed
            delayed = []
        for arrived in arriving:
            for sent in reader.relay(arrived):
                page.take(sent)
        if rng.random() < 0.1:
            for sent in reader.catch_up(writer.state()):
                page.take(sent)
    for sent in reader.catch_up(writer.state()):
        page.take(sent)
    assert reader.ended
    return page, writer


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("loss", [0.0, 0.3, 1.0])
def test_every_character_arrives_once_in_order(seed: int, loss: float) -> None:
    page, writer = read(seed, loss=loss)
    assert page.texts == {part: text for part, (_, text) in writer.live.items()}
    assert page.seqs == list(range(1, len(writer.events) + 1))


@pytest.mark.parametrize("seed", range(40))
def test_a_late_reader_ends_with_the_same_text(seed: int) -> None:
    page, writer = read(seed, loss=0.2, join=0.97)
    assert page.texts == {part: text for part, (_, text) in writer.live.items()}


def test_a_snapshot_waits_until_postgres_has_what_the_page_has() -> None:
    writer, reader, page = Writer(random.Random(1)), Reader(), Page()
    for frame in reader.snapshot(writer.state()):
        page.take(frame)
    page.take(*reader.relay(frames.delta(RUN, "introduction", attempt=1, offset=0, text="Tides ")))

    assert reader.snapshot(writer.state(), after=0) == []
    assert list(reader.relay(frames.delta(RUN, "introduction", attempt=1, offset=6, text="turn"))) == []

    writer.flushed["introduction"] = (1, "Tides ")
    for frame in reader.snapshot(writer.state(), after=0):
        page.take(frame)
    assert page.texts["introduction"] == "Tides turn"


def test_a_retry_that_was_missed_comes_after_the_failure_before_it() -> None:
    writer, reader = Writer(random.Random(1)), Reader()
    writer.milestone("run.started")
    list(reader.catch_up(writer.state()))
    writer.milestone("run.failed", code="provider_error", detail="It failed.")
    writer.milestone("run.started")
    assert [frame["type"] for frame in reader.catch_up(writer.state())] == ["run.failed", "run.started"]
    assert not reader.ended
