"""The blanks and line breaks between the pieces of a merged text.

They never conflict: between two pieces stands what a side has between them that has the two as neighbors. It
is a matter of Markdown that it is right: a lost line break makes a heading part of a paragraph.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

type Span = tuple[int, int] | None
"""The first and the last piece of a side that something stands for; None: that side does not have it."""


class Side:
    """One of the three texts, as its pieces without the blanks behind them (`keys`), and those (`gaps`)."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = pieces
        self.keys = [piece.rstrip() for piece in pieces]
        self.gaps = [piece[len(key) :] for piece, key in zip(pieces, self.keys, strict=True)]

    def text(self, span: tuple[int, int]) -> str:
        return "".join(self.pieces[slice(*span)])


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of a merged text, and where each side has it."""

    key: str
    base: Span
    mine: Span
    theirs: Span


type Sides = tuple[Side, Side, Side]


def joined(places: Sequence[Place], sides: Sides) -> str:
    """The places with what belongs between them."""
    return "".join(_pieces(places, sides))


def _pieces(places: Sequence[Place], sides: Sides) -> Iterator[str]:
    for place, following in pairwise(places):
        yield place.key
        yield _between(place, following, sides)
    if places:
        yield places[-1].key
    yield _chosen(*(side.gaps[-1] if side.gaps else "" for side in sides))


def _between(one: Place, other: Place, sides: Sides) -> str:
    spans = (one.base, other.base), (one.mine, other.mine), (one.theirs, other.theirs)
    base, mine, theirs = (
        side.gaps[left[1]] if left and right and left[1] + 1 == right[0] else None
        for side, (left, right) in zip(sides, spans, strict=True)
    )
    if mine is None or theirs is None:
        alone = mine if theirs is None else theirs
        return alone if alone is not None else _between_strangers(one, other, sides)
    return _chosen(base, mine, theirs)


def _between_strangers(one: Place, other: Place, sides: Sides) -> str:
    """Between two that are neighbors on neither side: what comes before the second, if it breaks the line."""
    before = [
        side.gaps[span[0] - 1]
        for side, span in zip(sides[1:], (other.mine, other.theirs), strict=True)
        if span and span[0] > 0
    ]
    behind = [
        side.gaps[span[1]]
        for side, span in zip(sides[1:], (one.mine, one.theirs), strict=True)
        if span and span[1] + 1 < len(side.gaps)
    ]
    widest = max(before, key=_breaks, default="")
    return widest if _breaks(widest) else max([*behind, widest], key=_breaks) or "\n\n"


def _chosen(base: str | None, mine: str, theirs: str) -> str:
    if mine in (theirs, base):
        return theirs
    return mine if theirs == base else max(mine, theirs, key=_breaks)


def _breaks(gap: str) -> int:
    return gap.count("\n")
