"""Models, steps and a reader for tests: small, in process, and the same every time."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Literal

from generation.llm.base import FULL, Profile, Prompt, Reply, Sink
from generation.pipeline.types import Brief, Frozen

type Finish = Literal["stop", "length", "refusal", "stopped", "cut"]
type Answer = str | tuple[str, Finish] | Exception
type Script = dict[str, Sequence[Answer]]


class ScriptedModels:
    """Answers each step from its script, the last answer again and again; without a script, well.

    `calls` lists (step, prompt) as they began, `most_in_flight` how many were open at once.
    """

    def __init__(
        self, brief: Brief, script: Script | None = None, profile: Profile = FULL, piece: int = 7
    ) -> None:
        self.profile = profile
        self.calls: list[tuple[str, Prompt]] = []
        self.in_flight: set[str] = set()
        self.most_in_flight = 0
        self.cancelled: set[str] = set()
        self._brief = brief
        self._script = script or {}
        self._piece = piece

    def steps(self) -> list[str]:
        return [step for step, _ in self.calls]

    def prompts(self, step: str) -> list[Prompt]:
        return [prompt for name, prompt in self.calls if name == step]

    async def ask(self, prompt: Prompt, *, step: str, sink: Sink | None = None) -> Reply:
        answer = self._answer(step, prompt)
        self.calls.append((step, prompt))
        key = f"{step}#{len(self.calls)}"
        self.in_flight.add(key)
        self.most_in_flight = max(self.most_in_flight, len(self.in_flight))
        try:
            return await self._stream(answer, sink)
        except asyncio.CancelledError:
            self.cancelled.add(step)
            raise
        finally:
            self.in_flight.remove(key)

    def _answer(self, step: str, prompt: Prompt) -> Answer:
        script = self._script.get(step)
        if script is None:
            return good_answer(self._brief, self.profile, step)
        return script[min(self.steps().count(step), len(script) - 1)]

    async def _stream(self, answer: Answer, sink: Sink | None) -> Reply:
        await asyncio.sleep(0)
        if isinstance(answer, Exception):
            raise answer
        text, finish = answer if isinstance(answer, tuple) else (answer, "stop")
        for start in range(0, len(text), self._piece):
            if sink is not None and not sink.write(text[start : start + self._piece]):
                return Reply(text[: start + self._piece], "stopped", "scripted", "double")
            if start % (self._piece * 64) == 0:
                await asyncio.sleep(0)
        return Reply(text, finish, "scripted", "double")


class RememberedSteps:
    """`Steps` in a dict, through JSON as the database keeps them."""

    def __init__(self, stored: dict[str, Any] | None = None) -> None:
        self.stored: dict[str, Any] = stored if stored is not None else {}
        self.order: list[str] = []

    async def once[T: Frozen](
        self, name: str, kind: type[T], work: Callable[[], Awaitable[T]], *given: Frozen
    ) -> T:
        if name not in self.stored:
            output = await work()
            self.stored[name] = json.loads(json.dumps(output.model_dump(mode="json")))
            self.order.append(name)
        return kind.model_validate(self.stored[name])


class Reader:
    """`Progress` as a reader has it: the text of the last attempt of every part."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.attempts: dict[str, int] = {}
        self.resets: list[tuple[str, int, str]] = []
        self.outlines: list[tuple[str, Sequence[str]]] = []

    def outline(self, title: str, headings: Sequence[str]) -> None:
        self.outlines.append((title, headings))

    def reset(self, part: str, *, attempt: int, reason: str) -> None:
        assert attempt == self.attempts.get(part, 1) + 1
        assert reason
        self.texts[part], self.attempts[part] = "", attempt
        self.resets.append((part, attempt, reason))

    def text(self, part: str, text: str, *, attempt: int) -> None:
        assert text
        assert attempt == self.attempts.setdefault(part, 1)
        self.texts[part] = self.texts.get(part, "") + text


_NOUNS = [
    "soil",
    "water",
    "light",
    "roots",
    "leaves",
    "seeds",
    "birds",
    "wind",
    "rain",
    "shade",
    "stone",
    "clay",
]


def prose(seed: int, sentences: int = 12) -> str:
    """Plain text that shares no five words in a row with that of another seed."""
    return " ".join(
        f"The {_NOUNS[(seed * 7 + number) % len(_NOUNS)]} of case {seed}{number} meets"
        f" {_NOUNS[(seed * 3 + number * 5) % len(_NOUNS)]} near mark {seed}x{number}."
        for number in range(sentences)
    )


def full_outline(brief: Brief, **changes: Any) -> dict[str, Any]:
    outline: dict[str, Any] = {
        "title": "A Garden on the Balcony",
        "slug": "a-garden-on-the-balcony",
        "description": "How a few pots feed a family.",
        "tags": ["garden", "city"],
        "introduction": "Shows one balcony.",
        "sections": [
            {
                "heading": f"Heading of part {number}",
                "purpose": f"Purpose {number}.",
                "claims": [f"Claim {number}a", f"Claim {number}b"],
                "words": 220,
            }
            for number in range(1, brief.sections + 1)
        ],
        "conclusion_heading": "What to plant first",
        "conclusion": "Sends the reader outside.",
        "faq_heading": "Readers ask",
        "questions": ["Does basil need sun?", "How often do I water?"],
    }
    return outline | changes


def small_outline(*headings: str, title: str = "A Garden on the Balcony") -> str:
    return json.dumps({"title": title, "description": "Pots for all.", "headings": headings})


GOOD_FAQ = "### Does basil need sun?\n\nSix hours a day.\n\n### How often do I water?\n\nEvery other day."


def good_answer(brief: Brief, profile: Profile, step: str) -> str:
    if step == "outline":
        if profile.name == "small":
            return small_outline(*(f"Pots and {noun}" for noun in _NOUNS[: brief.sections]))
        return json.dumps(full_outline(brief))
    if step == "faq":
        return GOOD_FAQ
    if step == "checks":
        return prose(90)
    return prose(_seed(step))


def _seed(step: str) -> int:
    number = re.search(r"\d+", step)
    return int(number[0]) if number else len(step) + 20


def chunks(text: str, sizes: Iterable[int]) -> Iterable[str]:
    """`text` in pieces of these sizes, the rest as the last."""
    start = 0
    for size in sizes:
        if start >= len(text):
            return
        yield text[start : start + size]
        start += size
    yield text[start:]
