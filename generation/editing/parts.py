"""The parts of an edited text. A part keeps its name for ever, whatever becomes of its heading and its place.

A section begins at each heading of level 2; what stands before the first is the introduction. `section-3` is
an identity and not a position: a new section gets the next number that was never used.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generation.editing import sentences
from generation.pipeline.types import Part
from generation.posts.markdown import Heading, headings_of

INTRODUCTION = "introduction"
MANY = 20
"""Parts with the same heading or sentence that are compared."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A part, and the characters at which it begins, with its heading, and at which its text does."""

    start: int
    text_start: int
    part: Part


def split(
    body: str, known: Sequence[Part], *, used: Iterable[str] = (), language: str = "en"
) -> list[Placed]:
    """The parts of `body`, in order.

    `known` are those that it may have, the likeliest first: of the text that it was made of, then such as
    were deleted. `used` are more names that a new section may not have.
    """
    headings = headings_of(body)
    texts = _texts(body, headings)
    by_name = {part.name: part for part in reversed(known)}
    in_order = {part.name: by_name[part.name] for part in known}
    names = _names(headings, texts, in_order, language)
    number = max(map(_number, [*used, *by_name]), default=0)
    opening = body[: headings[0].start if headings else len(body)]
    introduction = _part(INTRODUCTION, "", opening.strip(), by_name)
    found = [Placed(0, _blank(opening, 0), introduction)] if introduction.text else []
    for heading, text, name in zip(headings, texts, names, strict=True):
        if not name:
            number += 1
        part = _part(name or f"section-{number}", heading.text, text, by_name)
        found.append(Placed(heading.start, heading.end + _blank(body, heading.end), part))
    return found


def _blank(text: str, start: int) -> int:
    """How many blanks and line breaks are there."""
    found = re.compile(r"\S").search(text, start)
    return found.start() - start if found else 0


def _texts(body: str, headings: Sequence[Heading]) -> list[str]:
    """What stands below each heading."""
    ends = [*(heading.start for heading in headings[1:]), len(body)]
    return [body[heading.end : end].strip() for heading, end in zip(headings, ends, strict=False)]


def _part(name: str, heading: str, text: str, known: Mapping[str, Part]) -> Part:
    """What the checks found stays only with the text that they looked at."""
    before = known.get(name)
    notes = before.notes if before and before.text == text else ()
    return Part(name=name, heading=heading, text=text, attempt=before.attempt if before else 1, notes=notes)


def _number(name: str) -> int:
    found = re.fullmatch(r"section-(\d{1,9})", name)
    return int(found[1]) if found else 0


def _names(
    headings: Sequence[Heading], texts: Sequence[str], known: Mapping[str, Part], language: str
) -> list[str]:
    """The name of each section; empty for new ones. By its heading, then by the sentences that it shares."""
    names = [""] * len(headings)
    free = {name: part for name, part in known.items() if name != INTRODUCTION}
    by_heading: dict[str, list[str]] = {}
    for name, part in free.items():
        by_heading.setdefault(_folded(part.heading), []).append(name)
    for number, heading in enumerate(headings):
        if same := by_heading.get(_folded(heading.text)):
            exact = (name for name in same[:MANY] if free[name].text == texts[number])
            names[number] = next(exact, same[0])
            same.remove(names[number])
            del free[names[number]]
    open_ = [number for number, name in enumerate(names) if not name]
    if open_ and free:
        for number, name in _by_sentences({number: texts[number] for number in open_}, free, language):
            names[number] = name
    return names


def _by_sentences(
    texts: Mapping[int, str], free: Mapping[str, Part], language: str
) -> Iterator[tuple[int, str]]:
    """Which of the texts is which part, those that have most characters in common first."""
    owners: dict[str, list[str]] = {}
    for name, part in free.items():
        for sentence in _sentences(part.text, language):
            owners.setdefault(sentence, []).append(name)
    shared: Counter[tuple[int, str]] = Counter()
    for number, text in texts.items():
        for sentence in _sentences(text, language):
            for name in owners.get(sentence, [])[:MANY]:
                shared[number, name] += len(sentence)
    numbers: set[int] = set()
    names: set[str] = set()
    for (number, name), _ in shared.most_common():
        if number not in numbers and name not in names:
            numbers.add(number)
            names.add(name)
            yield number, name


def _sentences(text: str, language: str) -> set[str]:
    return {piece.rstrip() for piece in sentences.split(text, language)}


def _folded(heading: str) -> str:
    return " ".join(heading.casefold().split())
