"""A recording of a run for the landing page: the finished text, and how each part grew over time."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from generation.runs.frames import Frame

PLACE = Path("static/landing/recording.json")
STEP = 0.25
"""The minimum of seconds between two points of a part's curve; the page interpolates."""


@dataclass
class Part:
    """`curve` has pairs of (seconds, characters of Markdown so far); `done` is when the part was finished."""

    name: str
    heading: str = ""
    html: str = ""
    curve: list[tuple[float, int]] = field(default_factory=list)
    done: float = 0.0

    @property
    def markup(self) -> SafeString:
        return mark_safe(self.html)  # noqa: S308 (rendered and sanitised by posts.markdown when it was recorded)

    @property
    def points(self) -> str:
        """The curve for the page's script, as `seconds,share` pairs, ending with the whole text."""
        length = max((characters for _, characters in self.curve), default=0)
        points = [f"{second:g},{characters / length:.3f}" for second, characters in self.curve if length]
        return " ".join([*points, f"{self.done:g},1"])


@dataclass
class Recording:
    topic: str
    title: str
    model: str
    outlined: float
    seconds: float
    words: int
    tokens: int
    parts: list[Part]

    @property
    def demo(self) -> bool:
        return self.model.startswith("local")


class Recorder:
    """Records the frames of one run as they come."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.parts: dict[str, Part] = {}
        self.begun = monotonic()
        self.outlined = self.seconds = 0.0
        self.kinds: Counter[str] = Counter()

    def show(self, frame: Frame) -> None:
        now = round(monotonic() - self.begun, 2)
        self.kinds[frame["type"]] += 1
        self.seconds = now
        match frame["type"]:
            case "outline.ready":
                self.outlined = now
            case "part.reset":
                self._part(frame).curve.clear()
            case "part.delta":
                self._grow(self._part(frame), now, frame["offset"] + len(frame["text"]))
            case "part.done":
                part = self._part(frame)
                part.heading, part.html, part.done = frame["heading"], frame["html"], now

    def recording(self, *, order: list[str], **facts: Any) -> Recording:
        parts = [self.parts[name] for name in order if name in self.parts]
        return Recording(topic=self.topic, outlined=self.outlined, seconds=self.seconds, parts=parts, **facts)

    def _part(self, frame: Frame) -> Part:
        return self.parts.setdefault(frame["part"], Part(frame["part"]))

    def _grow(self, part: Part, now: float, length: int) -> None:
        if part.curve and now - part.curve[-1][0] < STEP:
            part.curve[-1] = (part.curve[-1][0], length)
        else:
            part.curve.append((now, length))


def save(recording: Recording, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(recording), ensure_ascii=False, indent=1) + "\n")


def load(path: Path) -> Recording:
    stored = json.loads(path.read_text())
    stored["parts"] = [Part(**part) for part in stored["parts"]]
    return Recording(**stored)


@cache
def best() -> Recording | None:
    """The recording that the landing page plays; None where there is none."""
    path = settings.BASE_DIR / PLACE
    return load(path) if path.is_file() else None
