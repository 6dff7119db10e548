"""Headings of a post that read as headings and differ from each other, whatever the model wrote."""

import re
from collections.abc import Iterable, Iterator, Sequence

from generation.pipeline import languages
from generation.pipeline.cleaning import one_line
from generation.pipeline.types import MAX_LINE, Brief
from generation.pipeline.words import unspaced, words

_LOOKED_AT = 600

# What a model copies from lists, labels and emphasis.
_BEFORE = re.compile(r"\A(?:#+\s|[-*•]\s|(?:title|heading)\s*:)\s*", re.IGNORECASE)
_OPENING, _CLOSING = "*_`\"“‘'«", "*_`\"”’'»"
_AROUND = re.compile(rf"[{_OPENING}]++(.+?)[{_CLOSING}]++")

# A heading's place in the list, which a model may write before it.
_WORDS_FOR_PARTS = (
    "section|chapter|part|abschnitt|kapitel|teil|sección|capítulo|parte|partie|chapitre|seção|sezione|capitolo"
    "|sectie|hoofdstuk|deel|sekcja|rozdział|część|раздел|глава|часть|bölüm|kısım|القسم|الفصل|الجزء|פרק|חלק"
    "|खंड|अध्याय|भाग|섹션|第"
)
_PLACE = re.compile(
    rf"(?:(?:{_WORDS_FOR_PARTS})\s?(?P<named>\d{{1,2}}|[ivx]{{1,4}})\s?(?:章|节|節|部分|장|절)?(?:\s?[:：.、)]|\s[–—-]\s)"
    r"|(?P<bare>\d{1,2})(?:\s?[:：]\s|[.)]\s|[、．]|\s[–—-]\s)"
    r"|(?P<roman>[ivx]{1,4})[.)]\s)\s?(?=\S)",
    re.IGNORECASE,
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")

# Names of our own fields that a model writes where their text belongs.
_FIELD_NAME = re.compile(
    r"(?:(?:post|section|chapter|part|heading|title|introduction|conclusion|faq|question|name|text)s?\d*(?:_|\Z)"
    r"|\d+(?:_|\Z))+\Z",
    re.IGNORECASE,
)

# They stand for headings that a small model repeats; each reads by itself under any title.
_SPARE = (
    "What it is",
    "Why it matters",
    "How to begin",
    "Common mistakes",
    "What to do next",
    "What it takes",
    "Good habits",
    "What to expect",
    "Tools that help",
    "What it costs",
    "Who it is for",
    "How to tell that it works",
    "Questions to ask",
    "Where to learn more",
)


def tidy(heading: str) -> str:
    """The heading without Markdown, labels or quotes around it, to 120 characters; maybe empty.

    A model may write a page of asterisks: only the beginning is looked at, and no pattern tries every way to
    split it.
    """
    heading, before = one_line(heading[: 4 * _LOOKED_AT])[:_LOOKED_AT], ""
    while heading != before:
        before = heading
        if len(heading) > 2 and heading[0] in _OPENING and heading[-1] in _CLOSING:
            heading = _AROUND.sub(r"\1", heading)
        heading = _BEFORE.sub("", heading).rstrip(" :.,;")
        rest, _, last = heading.rpartition(" ")
        heading = heading if last.strip("#") else rest.rstrip()
    if _is_field_name(heading) or not words(heading):
        return ""
    return shortened(heading, MAX_LINE)


def tidied(headings: Iterable[str]) -> list[str]:
    """The headings of a list, tidy, without the numbers of their places: "Section 1: Soil" as the first one.

    Any other number is the heading's own, as in "Chapter 11: What a filing means".
    """
    kept: list[str] = []
    counted = True
    for place, heading in enumerate(headings, 1):
        heading = tidy(heading)
        found = _PLACE.match(heading)
        is_counted = found is not None and _number(found[found.lastgroup or 0]) == place
        # A word and a number count the sections only if the sections before were counted too.
        if found and is_counted and (counted or found["bare"]):
            heading = tidy(heading[found.end() :]) or heading
        counted = counted and is_counted
        kept.append(heading)
    return kept


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return _ROMAN.index(text.lower()) + 1 if text.lower() in _ROMAN else 0


def _is_field_name(heading: str) -> bool:
    return "_" in heading and bool(_FIELD_NAME.match(heading))


def shortened(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut between words where it has any."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head).rstrip(" ,;:–—-") + "…"


def distinct(wanted: Sequence[str], title: str, brief: Brief, *, loosely: bool) -> tuple[str, ...]:
    """As many headings as `wanted`, none empty, none like the title or an earlier one.

    The first of its kind stays; each later one is replaced by the next spare heading (in English), by a
    keyword, or by the title with a number. `loosely`: sharing over half of their words makes two alike.
    """
    kept: list[str] = []
    spares = _spares(title, brief)
    for place, heading in enumerate(wanted):
        if _stands_out(heading, [title, *kept], loosely=loosely):
            kept.append(heading)
            continue
        taken = [title, *kept, *wanted[place + 1 :]]
        kept.append(next(spare for spare in spares if _stands_out(spare, taken, loosely=False)))
    return tuple(kept)


def _spares(title: str, brief: Brief) -> Iterator[str]:
    if languages.is_english(brief.language):
        yield from _SPARE
    for keyword in map(tidy, brief.keywords):
        yield keyword[:1].upper() + keyword[1:]
    number = 1
    while True:
        number += 1
        yield f"{shortened(title, MAX_LINE - 5)} ({number})"


def _stands_out(heading: str, others: Iterable[str], *, loosely: bool) -> bool:
    return bool(words(heading)) and not any(_alike(heading, other, loosely=loosely) for other in others)


def _alike(one: str, other: str, *, loosely: bool) -> bool:
    first, second = words(one), words(other)
    if first == second:
        return True
    if not loosely or unspaced(first):
        return False
    return len({*first} & {*second}) > 0.5 * len({*first} | {*second})
