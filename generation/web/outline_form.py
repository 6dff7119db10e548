"""The outline as a form: what was typed, also when it is wrong, with the bounds of the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, Self

from django.http import QueryDict

from blogai.core.body import invalid
from generation.pipeline.types import (
    MAX_DESCRIPTION,
    MAX_ITEMS,
    MAX_LINE,
    MAX_NOTE,
    MAX_SECTIONS,
    WORDS_PER_SECTION,
    Outline,
)
from generation.runs.outline_changes import OutlineBody

MOVES = ("up", "down", "remove", "add")
LIMITS = {
    "line": MAX_LINE,
    "description": MAX_DESCRIPTION,
    "note": MAX_NOTE,
    "items": MAX_ITEMS,
    "sections": MAX_SECTIONS,
}
"""What the page says of an outline's bounds."""


@dataclass(frozen=True, slots=True)
class Field:
    value: str
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A section's fields as they were typed. `focus`: which control the cursor goes to."""

    heading: str = ""
    purpose: str = ""
    claims: str = ""
    words: str = str(WORDS_PER_SECTION)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    focus: str = ""

    def fields(self) -> dict[str, Field]:
        names = ("heading", "purpose", "claims", "words")
        return {name: Field(getattr(self, name), _about(name, self.errors)) for name in names}


@dataclass(frozen=True, slots=True)
class OutlineForm:
    """`texts` by the names of `OutlineBody`; lists as a person types them."""

    texts: Mapping[str, str]
    rows: tuple[Row, ...]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, outline: Outline) -> Self:
        return cls(
            {
                "title": outline.title,
                "description": outline.description,
                "tags": ", ".join(outline.tags),
                "conclusion_heading": outline.conclusion_heading,
                "questions": "\n".join(outline.questions),
            },
            tuple(
                Row(section.heading, section.purpose, "\n".join(section.claims), str(section.words))
                for section in outline.sections
            ),
        )

    @classmethod
    def sent(cls, post: QueryDict) -> Self:
        names = ("title", "description", "tags", "conclusion_heading", "questions")
        columns = (post.getlist(name) for name in ("heading", "purpose", "claims", "words"))
        cells = zip_longest(*columns, fillvalue="")
        rows = tuple(Row(heading, purpose, claims, words) for heading, purpose, claims, words in cells)
        return cls({name: str(post[name]) for name in names if name in post}, rows)

    def body(self) -> dict[str, Any]:
        """What a program would send for this."""
        lists = {"tags": self.texts.get("tags", "").split(",")}
        if "questions" in self.texts:
            lists["questions"] = self.texts["questions"].splitlines()
        texts = {name: _line(text) for name, text in self.texts.items() if name not in ("tags", "questions")}
        return {
            **texts,
            **{name: _lines(texts) for name, texts in lists.items()},
            "sections": [
                {
                    "heading": _line(row.heading),
                    "purpose": _line(row.purpose),
                    "claims": _lines(row.claims.splitlines()),
                    "words": _line(row.words) or WORDS_PER_SECTION,
                }
                for row in self.rows
            ],
        }

    def checked(self) -> tuple[Self, dict[str, Any] | None]:
        """The form with what is wrong in it, or the changes that it makes."""
        serializer = OutlineBody(data=self.body())
        if serializer.is_valid():
            return self, serializer.validated_data
        errors: Any = invalid(serializer.errors).extra["errors"]
        rows = tuple(
            replace(row, errors=_inside(f"sections.{number}", errors)) for number, row in enumerate(self.rows)
        )
        return replace(self, rows=rows, errors=errors), None

    def moved(self, move: str, number: int) -> Self:
        """The form with its row `number` moved or removed, or one added; what cannot be done is left out."""
        rows = list(self.rows)
        if move == "add":
            if len(rows) < MAX_SECTIONS:
                rows.append(Row(focus="heading"))
        elif not 0 <= number < len(rows):
            return self
        elif move == "remove":
            if len(rows) > 1:
                del rows[number]
                number = min(number, len(rows) - 1)
                rows[number] = replace(rows[number], focus="heading")
        else:
            other = number + (1 if move == "down" else -1)
            if 0 <= other < len(rows):
                rows.insert(other, rows.pop(number))
                at_the_end = other == (len(rows) - 1 if move == "down" else 0)
                focus = {"up": "down", "down": "up"}[move] if at_the_end else move
                rows[other] = replace(rows[other], focus=focus)
        return replace(self, rows=tuple(rows))

    def fields(self) -> dict[str, Field]:
        return {name: Field(text, _about(name, self.errors)) for name, text in self.texts.items()}

    @property
    def of_sections(self) -> tuple[str, ...]:
        """What is wrong with the sections together."""
        return tuple(self.errors.get("sections", ()))

    @property
    def full(self) -> bool:
        return len(self.rows) >= MAX_SECTIONS

    @property
    def single(self) -> bool:
        return len(self.rows) == 1


def _about(name: str, errors: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The sentences about a field, or about a line of it."""
    return tuple(
        sentence
        for place, sentences in errors.items()
        if place == name or place.startswith(f"{name}.")
        for sentence in sentences
    )


def _inside(place: str, errors: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    return {
        name.removeprefix(f"{place}."): sentences
        for name, sentences in errors.items()
        if name.startswith(f"{place}.")
    }


def _line(text: str) -> str:
    """Typed text on one line: a browser's text areas have line breaks."""
    return " ".join(text.split())


def _lines(texts: Sequence[str]) -> list[str]:
    return [line for line in map(_line, texts) if line]
