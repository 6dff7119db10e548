"""Checks between the parts: a section that repeats another is written again; the rest is scored."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blogai.core.errors import ProviderError, ProviderTimeout
from generation.llm.base import Models
from generation.pipeline import prompts
from generation.pipeline.budget import budget
from generation.pipeline.gather import gather
from generation.pipeline.sections import section_task
from generation.pipeline.types import Brief, Checks, Outline, Part, Progress, Scores
from generation.pipeline.words import count, excerpt, shingles
from generation.pipeline.writing import Attempt, PartSink, attempt, finish, label

MOST_SHARED = 0.15
"""Sections repeat each other when more than this share of the shorter one's 5-word sequences is in both."""

# Characters of an earlier section that the writer of the later one is shown.
_SHOWN = 3_000


async def check(
    brief: Brief, plan: Outline, parts: Sequence[Part], models: Models, progress: Progress
) -> Checks:
    """The parts, the later of two sections that repeat each other written again (once), and the scores."""
    sections = {part.name: part for part in parts if part.name.startswith("section-")}
    repeated = {name: _repeated(name, sections) for name in sections}
    drafts = await gather(
        _redraft(number, sections[name], repeated[name], brief, plan, models, progress)
        for number, name in enumerate(sections, 1)
        if repeated[name]
    )
    for draft in drafts:
        sections[draft.before.name] = draft.settle(sections)
    mended = tuple(sections.get(part.name, part) for part in parts)
    return Checks(parts=mended, scores=scores(brief, mended))


def shared(one: Part, other: Part) -> float:
    """The share, 0 to 1, of the shorter part's 5-word sequences that both have."""
    first, second = shingles(one.text), shingles(other.text)
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def _repeated(name: str, sections: Mapping[str, Part]) -> list[Part]:
    """The earlier sections that section `name` repeats."""
    earlier = list(sections.values())[: list(sections).index(name)]
    return [part for part in earlier if shared(part, sections[name]) > MOST_SHARED]


@dataclass(frozen=True, slots=True)
class _Redraft:
    """A section that was written again: what it was, and what came back (None: the provider failed)."""

    before: Part
    sink: PartSink
    attempt: Attempt | None

    def settle(self, sections: Mapping[str, Part]) -> Part:
        """The better of the two beside the other sections, which is then what the reader has."""
        others = [part for name, part in sections.items() if name != self.before.name]
        if self.attempt is not None and self.attempt.defect is None:
            text = self.before.model_copy(update={"text": self.attempt.text})
            if _closest(text, others)[0] < _closest(self.before, others)[0]:
                return _noted(finish(self.sink, self.attempt), others)
        self.sink.settle(self.before.text, "We kept the first version.")
        return _noted(self.before.model_copy(update={"attempt": self.sink.attempt}), others)


async def _redraft(
    number: int,
    before: Part,
    repeated: Sequence[Part],
    brief: Brief,
    plan: Outline,
    models: Models,
    progress: Progress,
) -> _Redraft:
    task = section_task(number, brief, plan, models, step="checks")
    sink = PartSink(task, progress, attempt=before.attempt)
    sink.restart(f"It repeated {label(repeated[0].name)}.")
    taken = "\n\n".join(excerpt(part.text, _SHOWN // len(repeated)) for part in repeated)
    try:
        return _Redraft(
            before, sink, await attempt(sink, prompts.apart(task.prompt, taken, models.profile), models)
        )
    except (ProviderError, ProviderTimeout):
        # The section that it was to replace is whole: a post with an echo is better than none.
        return _Redraft(before, sink, None)


def _closest(part: Part, others: Sequence[Part]) -> tuple[float, str]:
    """How much of its wording `part` shares with the one that it shares most with, and that one's name."""
    return max(((shared(part, other), other.name) for other in others), default=(0.0, ""))


def _noted(part: Part, others: Sequence[Part]) -> Part:
    share, name = _closest(part, others)
    if share <= MOST_SHARED:
        return part
    return part.model_copy(update={"notes": (*part.notes, f"partly repeats {label(name)}")})


def scores(brief: Brief, parts: Sequence[Part]) -> Scores:
    """Figures about the text as it stands."""
    written = [part for part in parts if part.text]
    sections = [part for part in written if part.name.startswith("section-")]
    text = _comparable("\n".join(f"{part.heading}\n{part.text}" for part in written))
    used = tuple(keyword for keyword in brief.keywords if _comparable(keyword) in text)
    pairs = ((one, other) for place, one in enumerate(sections) for other in sections[:place])
    return Scores(
        words=sum(count(part.text) for part in parts),
        target_words=budget(brief).total,
        keywords_used=used,
        keywords_missing=tuple(keyword for keyword in brief.keywords if keyword not in used),
        overlap=round(max((shared(one, other) for one, other in pairs), default=0.0), 3),
        notes=tuple(f"{label(part.name)}: {note}" for part in parts for note in part.notes),
    )


def _comparable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
