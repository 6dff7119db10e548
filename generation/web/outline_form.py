"""The form for an outline. It keeps what was typed even if it is invalid, and has the API's limits."""

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
    """A section's fields as they were typed. `focus` names the control that gets the focus."""

    heading: str = ""
    purpose: str = ""
    claims: str = ""
    words: str = str(WORDS_PER_SECTION)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    focus: str = ""

    def fields(self) -> dict[str, Field]:
        names = ("heading", "purpose", "claims", "words")
        return {name: Field(getattr(self, name), _errors_for(name, self.errors)) for name in names}


@dataclass(frozen=True, slots=True)
class OutlineForm:
    """`texts` maps field names of `OutlineBody` to what was typed; lists are typed as one text."""

    texts: Mapping[str, str]
    rows: tuple[Row, ...]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def from_outline(cls, outline: Outline) -> Self:
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
    def from_post(cls, post: QueryDict) -> Self:
        names = ("title", "description", "tags", "conclusion_heading", "questions")
        columns = (post.getlist(name) for name in ("heading", "purpose", "claims", "words"))
        cells = zip_longest(*columns, fillvalue="")
        rows = tuple(Row(heading, purpose, claims, words) for heading, purpose, claims, words in cells)
        return cls({name: str(post[name]) for name in names if name in post}, rows)

    def body(self) -> dict[str, Any]:
        """The equivalent body of an API request."""
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
                    "words": _number(row.words),
                }
                for row in self.rows
            ],
        }

    def validated(self) -> tuple[Self, dict[str, Any] | None]:
        """The form and its validated changes, or the form with its errors and None."""
        serializer = OutlineBody(data=self.body())
        if serializer.is_valid():
            return self, serializer.validated_data
        errors: Any = invalid(serializer.errors).extra["errors"]
        rows = tuple(
            replace(row, errors=_nested_errors(f"sections.{number}", errors))
            for number, row in enumerate(self.rows)
        )
        return replace(self, rows=rows, errors=errors), None

    def moved(self, move: str, number: int) -> Self:
        """The form with row `number` moved or removed, or with a new row. Impossible moves change nothing."""
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
        return {name: Field(text, _errors_for(name, self.errors)) for name, text in self.texts.items()}

    @property
    def section_errors(self) -> tuple[str, ...]:
        """Errors about the sections as a whole."""
        return tuple(self.errors.get("sections", ()))

    @property
    def full(self) -> bool:
        return len(self.rows) >= MAX_SECTIONS

    @property
    def single(self) -> bool:
        return len(self.rows) == 1


def _errors_for(name: str, errors: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The errors of a field and of its lines."""
    return tuple(
        sentence
        for path, sentences in errors.items()
        if path == name or path.startswith(f"{name}.")
        for sentence in sentences
    )


def _nested_errors(path: str, errors: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    return {
        name.removeprefix(f"{path}."): sentences
        for name, sentences in errors.items()
        if name.startswith(f"{path}.")
    }


def _line(text: str) -> str:
    """The text on one line, without the line breaks of a text area."""
    return " ".join(text.split())


def _number(text: str) -> int | str:
    """The number in the text, or the text, which the API's rules then refuse."""
    line = _line(text)
    return int(line) if line.isascii() and line.isdigit() and len(line) < 10 else line or WORDS_PER_SECTION


def _lines(texts: Sequence[str]) -> list[str]:
    return [line for line in map(_line, texts) if line]
