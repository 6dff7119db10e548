"""What a page's socket adds to the frames: the text as HTML, the same whenever the page joins."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync

from accounts.models import User
from generation.live.rendering import PageFrames
from generation.live.tests.pages import Socket
from generation.llm.simulated import Answer, Server
from generation.pipeline.types import Brief
from generation.posts.markdown import render_for_page
from generation.runs import frames
from generation.runs.frames import Frame
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

RUN = "0"
TEXT = "Some **bold** words.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nAnd an *end*."


class Shown:
    """What a page shows of one part."""

    def __init__(self) -> None:
        self.finished = self.open = self.rest = ""

    def take(self, frame: Frame) -> None:
        if frame["type"] in ("run.snapshot", "part.reset"):
            self.finished = self.open = self.rest = ""
            frame = next((part for part in frame.get("parts", ()) if part["part"] == "section-1"), {})
        rendered = frame.get("rendered")
        if rendered:
            self.finished += rendered["finished"]
            self.open, self.rest = rendered["open"], rendered["rest"]
        else:
            self.rest += frame.get("text", "")

    @property
    def html(self) -> str:
        return self.finished + self.open + self.rest


def deltas(text: str, *, attempt: int = 1, start: int = 0, size: int = 6) -> list[Frame]:
    return [
        frames.delta(RUN, "section-1", attempt=attempt, offset=at, text=text[at : at + size])
        for at in range(start, len(text), size)
    ]


def snapshot(text: str) -> Frame:
    part = {"part": "section-1", "state": "writing", "attempt": 1, "text": text}
    return {"type": "run.snapshot", "run": RUN, "parts": [part]}


def shown(*sent: Frame) -> Shown:
    async def take() -> Shown:
        page, connection = Shown(), PageFrames()
        for frame in sent:
            page.take(await connection.dress(frame))
        return page

    return async_to_sync(take)()


@pytest.mark.parametrize("joined", [0, 1, 18, 30, 45, len(TEXT)])
def test_who_joins_later_sees_the_same(joined: int) -> None:
    late = shown(snapshot(TEXT[:joined]), *deltas(TEXT, start=joined))
    assert late.html == shown(*deltas(TEXT)).html
    assert late.rest == "And an *end*."
    assert late.html.removesuffix(late.rest) == render_for_page(TEXT.removesuffix(late.rest))


def test_a_new_attempt_begins_anew() -> None:
    again = frames.reset(RUN, "section-1", attempt=2, reason="revised")
    page = shown(*deltas(TEXT)[:5], again, *deltas("Once **more**.\n\nSo.", attempt=2))
    assert page.html == render_for_page("Once **more**.") + "So."


@pytest.mark.parametrize("query", ["", "rendered=1"])
def test_only_a_page_that_asks_gets_it(query: str, alice: User, key_for: Any, provider: Server) -> None:
    provider.script.add(Answer(text=f"{TEXT}\n\n" * 3), schema=False, times=None)
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1), conversation="test"))
    key = str(key_for(alice))

    async def read() -> list[Frame]:
        async with Socket("test", key, query=query) as socket:
            got = [await socket.receive()]
            await execute(run.pk)
            while got[-1]["type"] not in ("run.completed", "run.failed"):
                got.append(await socket.receive())
            return got

    got = async_to_sync(read)()
    assert bool([frame for frame in got if "rendered" in frame]) == bool(query)
    done = next(frame for frame in got if frame["type"] == "part.done" and "<table>" in frame["html"])
    assert ("tabindex" in done["html"]) == bool(query)
