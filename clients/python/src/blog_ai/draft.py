"""The post as far as it is written, put together from the events of its run."""

from __future__ import annotations

from dataclasses import dataclass

from .events import Event, RunSnapshot


@dataclass
class Part:
    name: str
    heading: str = ""
    attempt: int = 0
    text: str = ""


class Draft:
    """Give it every event; `markdown` is then what the finished post has as `content_markdown`."""

    def __init__(self) -> None:
        self.title = ""
        self.parts: list[Part] = []

    @property
    def markdown(self) -> str:
        """The title, then every part that has text, under its heading."""
        written = [part for part in self.parts if part.text]
        parts = (f"## {part.heading}\n\n{part.text}" if part.heading else part.text for part in written)
        return "\n\n".join([f"# {self.title}", *parts])

    def apply(self, event: Event) -> None:
        if event["type"] == "run.snapshot":
            self._replace(event)
        elif event["type"] == "outline.draft":
            self.title = event["title"]
        elif event["type"] == "outline.ready":
            self.title = event["outline"]["title"]
            known = {part.name: part for part in self.parts}
            self.parts = [known.get(each["part"]) or Part(each["part"]) for each in event["parts"]]
            for each in event["parts"]:
                self._part(each["part"]).heading = each["heading"]
        elif event["type"] == "part.delta":
            part = self._attempt(event["part"], event["attempt"])
            if part.attempt == event["attempt"]:
                part.text = part.text[: event["offset"]] + event["text"]
        elif event["type"] == "part.reset":
            self._attempt(event["part"], event["attempt"])

    def _replace(self, snapshot: RunSnapshot) -> None:
        outline = snapshot["outline"]
        self.title = outline["title"] if outline else ""
        self.parts = [
            Part(each["part"], each["heading"], each["attempt"], each["text"]) for each in snapshot["parts"]
        ]

    def _attempt(self, name: str, attempt: int) -> Part:
        """The part, emptied if this attempt is a new one."""
        part = self._part(name)
        if attempt > part.attempt:
            part.attempt, part.text = attempt, ""
        return part

    def _part(self, name: str) -> Part:
        for part in self.parts:
            if part.name == name:
                return part
        self.parts.append(Part(name))
        return self.parts[-1]
