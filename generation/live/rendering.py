"""Frames for a page, which carry the text of unfinished parts as HTML too: nobody reads Markdown there.

A snapshot's parts and some deltas have `rendered`, a `generation.posts.growing.Rendered`. All of it is made
of the frames that pass, for this one connection, and asks nothing of the database.
"""

from dataclasses import asdict
from typing import Any

from generation.pipeline.threads import outside_loop
from generation.posts.growing import GrowingText
from generation.posts.markdown import framed
from generation.runs.frames import Frame


class PageFrames:
    """Of one connection: what has passed of each unfinished part."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], GrowingText] = {}

    async def dress(self, frame: Frame) -> Frame:
        """The frame as a page gets it."""
        match frame["type"]:
            case "part.delta":
                return await self._delta(frame)
            case "part.done":
                self._texts.pop((frame["run"], frame["part"]), None)
                return {**frame, "html": framed(frame["html"])}
            case "part.reset":
                self._texts.pop((frame["run"], frame["part"]), None)
            case "run.snapshot":
                return {**frame, "parts": [await self._part(frame["run"], part) for part in frame["parts"]]}
        return frame

    async def _delta(self, frame: Frame) -> Frame:
        key = frame["run"], frame["part"]
        if frame["offset"] == 0:
            self._texts[key] = GrowingText()
        text = self._texts.get(key)
        if text is None or text.length != frame["offset"]:
            return frame
        rendered = await outside_loop(text.unfinished, lambda: text.append(frame["text"]))
        return {**frame, "rendered": asdict(rendered)} if rendered else frame

    async def _part(self, run: str, part: dict[str, Any]) -> dict[str, Any]:
        if part["state"] == "done":
            return part
        text = self._texts[run, part["part"]] = GrowingText()
        rendered = await outside_loop(len(part["text"]), lambda: text.append(part["text"]))
        return {**part, "rendered": asdict(rendered)} if rendered else part
