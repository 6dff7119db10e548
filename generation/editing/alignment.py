"""Where two sequences of pieces differ.

rapidfuzz finds the longest common subsequence, in time and memory that grow with the product of both lengths.
Where that is too much, the pieces that stand once on either side are the anchors, and it looks between them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

MOST = 200_000_000
"""Pairs that rapidfuzz compares: 25 MB, and a fraction of a second."""


class Edit(NamedTuple):
    """`before[i1:i2]` has become `after[j1:j2]`. One of the two may be empty."""

    i1: int
    i2: int
    j1: int
    j2: int


def edits(before: Sequence[str], after: Sequence[str]) -> list[Edit]:
    """What makes `after` of `before`, in order; between two edits at least one piece is the same."""
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(piece, len(numbers)) for piece in before]
    b = [numbers.setdefault(piece, len(numbers)) for piece in after]
    joined: list[Edit] = []
    for edit in _edits(a, b, 0, 0):
        if joined and (joined[-1].i2, joined[-1].j2) == (edit.i1, edit.j1):
            joined[-1] = Edit(joined[-1].i1, edit.i2, joined[-1].j1, edit.j2)
        else:
            joined.append(edit)
    return joined


def _edits(a: list[int], b: list[int], i: int, j: int) -> Iterator[Edit]:
    """The edits between two stretches that begin at `i` and `j`; neighbors may touch."""
    start = common_prefix(a, b)
    end = common_prefix(a[start:][::-1], b[start:][::-1])
    a, b, i, j = a[start : len(a) - end], b[start : len(b) - end], i + start, j + start
    if not a and not b:
        return
    if not a or not b:
        yield Edit(i, i + len(a), j, j + len(b))
    elif len(a) * len(b) <= MOST:
        for code in LCSseq.opcodes(a, b):
            if code.tag != "equal":
                yield Edit(i + code.src_start, i + code.src_end, j + code.dest_start, j + code.dest_end)
    else:
        yield from _between_anchors(a, b, i, j)


def _between_anchors(a: list[int], b: list[int], i: int, j: int) -> Iterator[Edit]:
    anchors = _anchors(a, b)
    if not anchors:
        yield Edit(i, i + len(a), j, j + len(b))
        return
    x = y = 0
    for to_x, to_y in [*anchors, (len(a), len(b))]:
        yield from _edits(a[x:to_x], b[y:to_y], i + x, j + y)
        x, y = to_x + 1, to_y + 1


def _anchors(a: list[int], b: list[int]) -> list[tuple[int, int]]:
    """Places of pieces that stand once in both, as many as are in the same order."""
    in_a, in_b = Counter(a), Counter(b)
    places = {piece: place for place, piece in enumerate(b) if in_b[piece] == 1}
    pairs = [(x, places[piece]) for x, piece in enumerate(a) if in_a[piece] == 1 and piece in places]
    ends: list[int] = []  # the least place with which a rising row of that length ends
    rows: list[int] = []  # the pair that it ends with
    before: list[int] = []
    for number, (_, y) in enumerate(pairs):
        length = bisect_left(ends, y)
        before.append(rows[length - 1] if length else -1)
        ends[length : length + 1] = [y]
        rows[length : length + 1] = [number]
    found = []
    number = rows[-1] if rows else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def common_prefix[T](a: Sequence[T], b: Sequence[T]) -> int:
    """How many items both begin with."""
    if a[: len(b)] == b[: len(a)]:
        return min(len(a), len(b))
    low, high = 0, min(len(a), len(b))  # a[:low] is common, a[:high] is not
    while high - low > 1:
        middle = (low + high) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle
    return low
