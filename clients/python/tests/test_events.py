"""What is made of the bytes of a stream, without a server."""

from __future__ import annotations

import json
from typing import Any

from blog_ai.draft import Draft
from blog_ai.events import Decoder, Following


def snapshot(status: str, seq: int) -> dict[str, Any]:
    return {"type": "run.snapshot", "run": "1", "status": status, "seq": seq, "outline": None, "parts": []}


def milestone(kind: str, seq: int) -> dict[str, Any]:
    return {"type": kind, "run": "1", "seq": seq}


def test_an_event_may_come_in_any_pieces() -> None:
    data = {"type": "part.delta", "text": "a line\u2028that\x85has no end\x1d"}
    sent = f": hello\n\nid: 1\r\ndata: {json.dumps(data, ensure_ascii=False)}\r\n\r\ndata: {{".encode()
    for size in range(1, len(sent)):
        decoder = Decoder()
        pieces = [sent[start : start + size] for start in range(0, len(sent), size)]
        assert [event for piece in pieces for event in decoder.feed(piece)] == [data]


def types_of(following: Following, *frames: dict[str, Any]) -> list[str]:
    return [event["type"] for frame in frames for event in following.accept(frame)]


def test_an_ending_that_is_repeated_comes_after_the_text() -> None:
    following = Following()
    replay = [milestone("run.started", 1), milestone("run.completed", 2), snapshot("completed", 2)]
    assert types_of(following, *replay) == ["run.started", "run.snapshot", "run.completed"]
    assert following.ended


def test_an_ending_before_another_try_is_not_the_end() -> None:
    following = Following()
    replay = [milestone("run.started", 1), milestone("run.failed", 2), milestone("run.started", 3)]
    assert types_of(following, *replay, snapshot("running", 3)) == [
        *("run.started", "run.failed", "run.started", "run.snapshot")
    ]
    assert not following.ended


def test_an_ending_that_was_held_back_when_the_connection_broke_is_asked_for_again() -> None:
    following = Following()
    assert types_of(following, milestone("run.started", 1), milestone("run.completed", 2)) == ["run.started"]
    following.connected()
    assert following.seq == 1
    replay = [milestone("run.started", 1), milestone("run.completed", 2), snapshot("completed", 2)]
    assert types_of(following, *replay) == ["run.snapshot", "run.completed"]


def test_text_of_an_older_attempt_is_forgotten() -> None:
    draft = Draft()
    frames: list[Any] = [
        {"type": "outline.ready", "outline": {"title": "T"}, "parts": [{"part": "one", "heading": "One"}]},
        {"type": "part.delta", "part": "one", "attempt": 1, "offset": 0, "text": "old"},
        {"type": "part.reset", "part": "one", "attempt": 2},
        {"type": "part.delta", "part": "one", "attempt": 2, "offset": 0, "text": "néw 🌊"},
        {"type": "part.delta", "part": "one", "attempt": 1, "offset": 3, "text": "er"},
        {"type": "part.delta", "part": "one", "attempt": 2, "offset": 5, "text": " text"},
    ]
    for frame in frames:
        draft.apply(frame)
    assert draft.markdown == "# T\n\n## One\n\nnéw 🌊 text"
