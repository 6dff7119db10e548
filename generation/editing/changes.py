"""How one text becomes another: as edits for an editor, and as pieces to show to a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypedDict

from generation.editing import sentences
from generation.editing.alignment import common_prefix, edits

MAX_WORDS = 20_000
"""Of a stretch that is compared word by word."""

Change = TypedDict("Change", {"from": int, "to": int, "insert": str})
"""Replaces what is between two offsets, which count UTF-16 code units, as JavaScript does."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that two versions have in common, or that only one of them has."""

    kind: Literal["same", "delete", "insert"]
    text: str


def changes(before: str, after: str, language: str = "en") -> list[Change]:
    """What makes `after` of `before`, in order. All offsets are those of `before`."""
    found: list[Change] = []
    place = units = 0
    for start, end, insert in _replaced(before, after, language):
        units += utf16(before[place:start])
        found.append({"from": units, "to": units + utf16(before[start:end]), "insert": insert})
        place, units = end, found[-1]["to"]
    return found


def diff(before: str, after: str, language: str = "en") -> list[Piece]:
    """`before` and `after` side by side: what is deleted stands before what is inserted in its place."""
    pieces: list[Piece] = []
    done = 0
    for start, end, insert in _replaced(before, after, language):
        pieces += [
            Piece("same", before[done:start]),
            Piece("delete", before[start:end]),
            Piece("insert", insert),
        ]
        done = end
    return [piece for piece in [*pieces, Piece("same", before[done:])] if piece.text]


def diff_sentences(before: str, after: str, language: str = "en") -> list[Piece]:
    """As `diff`, in whole sentences: for texts of which neither was made of the other.

    Blanks and line breaks behind a sentence make no difference.
    """
    old, new = sentences.split(before, language), sentences.split(after, language)
    pieces: list[Piece] = []
    done = 0
    for edit in edits([piece.strip() for piece in old], [piece.strip() for piece in new]):
        pieces += [
            Piece("same", "".join(old[done : edit.i1])),
            Piece("delete", "".join(old[edit.i1 : edit.i2])),
            Piece("insert", "".join(new[edit.j1 : edit.j2])),
        ]
        done = edit.i2
    return [piece for piece in [*pieces, Piece("same", "".join(old[done:]))] if piece.text]


def utf16(text: str) -> int:
    """How many UTF-16 code units `text` has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _replaced(before: str, after: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of `before`, and what stands there in `after`; both in whole words."""
    if before == after:
        return
    old, new = sentences.split(before, language), sentences.split(after, language)
    from_old, from_new = _places(old), _places(new)
    for edit in edits(old, new):
        start, end = from_old[edit.i1], from_old[edit.i2]
        yield from _words_replaced(before[start:end], after[from_new[edit.j1] : from_new[edit.j2]], start)


def _words_replaced(before: str, after: str, at: int) -> Iterator[tuple[int, int, str]]:
    start = common_prefix(before, after)
    end = common_prefix(before[start:][::-1], after[start:][::-1])
    old, new = sentences.words(before), sentences.words(after)
    from_old, from_new = _places(old), _places(new)
    if max(len(old), len(new)) > MAX_WORDS:
        yield at + start, at + len(before) - end, after[start : len(after) - end]
        return
    for edit in edits(old, new):
        yield (
            at + from_old[edit.i1],
            at + from_old[edit.i2],
            after[from_new[edit.j1] : from_new[edit.j2]],
        )


def _places(pieces: list[str]) -> list[int]:
    """Where each piece begins, and where the last one ends."""
    places = [0]
    for piece in pieces:
        places.append(places[-1] + len(piece))
    return places
