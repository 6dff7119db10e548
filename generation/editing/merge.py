"""Two edits of the same text, brought together without losing a sentence of either.

A three-way merge on sentences. Where only one side changed something, its change stands. Where both inserted
something at the same place, both stand. Where both changed the same sentences, it looks for words that only
one of them changed; if that fails it is a conflict, and the text has what `theirs` says there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generation.editing import sentences
from generation.editing.alignment import Edit, common_prefix, edits
from generation.editing.seams import Place, Side, Sides, joined

MAX_WORDS = 20_000
"""Of a stretch of text whose words are compared."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What each of the three has where the two edits contradict each other."""

    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """`text` has at conflicts what `theirs` has; `mine` is the same text with mine there."""

    text: str
    mine: str
    conflicts: tuple[Conflict, ...] = ()

    @property
    def clean(self) -> bool:
        return not self.conflicts


@dataclass(frozen=True, slots=True)
class _Group:
    """A stretch of the base that edits have changed which belong together, and what each side has there."""

    base: tuple[int, int]
    mine: tuple[int, int]
    theirs: tuple[int, int]
    both: bool


def merge(base: str, mine: str, theirs: str, language: str = "en", *, by_word: bool = True) -> Merged:
    """`mine` and `theirs`, which both come from `base`, as one text. Not `by_word`: sentences are whole."""
    if mine in (base, theirs):
        return Merged(theirs, theirs)
    if theirs == base:
        return Merged(mine, mine)
    first, second, third = (Side(sentences.split(text, language)) for text in (base, mine, theirs))
    return _Merge((first, second, third), by_word=by_word).merged()


class _Merge:
    def __init__(self, sides: Sides, *, by_word: bool) -> None:
        self.sides, self.by_word = sides, by_word
        self.base, self.mine, self.theirs = sides
        self.conflicts: list[Conflict] = []

    def merged(self) -> Merged:
        text: list[Place] = []
        mine: list[Place] = []
        for with_theirs, with_mine in self._places():
            text += with_theirs
            mine += with_mine
        return Merged(joined(text, self.sides), joined(mine, self.sides), tuple(self.conflicts))

    def _places(self) -> Iterator[tuple[list[Place], list[Place]]]:
        """What comes next, twice: with theirs where the two conflict, and with mine."""
        b = m = t = 0
        of_mine = edits(self.base.keys, self.mine.keys)
        of_theirs = edits(self.base.keys, self.theirs.keys)
        for group in _grouped(of_mine, of_theirs, self.mine.keys, self.theirs.keys):
            same = [
                Place(self.base.keys[b + n], (b + n, b + n), (m + n, m + n), (t + n, t + n))
                for n in range(group.base[0] - b)
            ]
            yield same, same
            yield self._resolved(group)
            b, m, t = group.base[1], group.mine[1], group.theirs[1]
        rest = [
            Place(key, (b + n, b + n), (m + n, m + n), (t + n, t + n))
            for n, key in enumerate(self.base.keys[b:])
        ]
        yield rest, rest

    def _resolved(self, group: _Group) -> tuple[list[Place], list[Place]]:
        (m1, m2), (t1, t2) = group.mine, group.theirs
        base = self.base.keys[slice(*group.base)]
        mine, theirs = self.mine.keys[m1:m2], self.theirs.keys[t1:t2]
        if not group.both or base in (mine, theirs):
            changed = self._of_theirs(t1, t2) if mine == base else self._of_mine(m1, m2)
            return changed, changed
        start = common_prefix(mine, theirs)
        end = common_prefix(mine[start:][::-1], theirs[start:][::-1])
        before = [Place(self.mine.keys[m1 + n], None, (m1 + n,) * 2, (t1 + n,) * 2) for n in range(start)]
        after = [Place(self.mine.keys[m2 - n], None, (m2 - n,) * 2, (t2 - n,) * 2) for n in range(end, 0, -1)]
        core = _Group(group.base, (m1 + start, m2 - end), (t1 + start, t2 - end), both=True)
        with_theirs, with_mine = self._core(core, agree=bool(start or end))
        return [*before, *with_theirs, *after], [*before, *with_mine, *after]

    def _core(self, core: _Group, *, agree: bool) -> tuple[list[Place], list[Place]]:
        """What both changed, without what they agree on at its beginning and end."""
        mine, theirs = self._of_mine(*core.mine), self._of_theirs(*core.theirs)
        nothing_replaced = core.base[0] == core.base[1]
        if nothing_replaced or (agree and not (mine and theirs)):
            return theirs + mine, theirs + mine
        texts = Conflict(self.base.text(core.base), self.mine.text(core.mine), self.theirs.text(core.theirs))
        found = _by_word(texts) if self.by_word and mine and theirs else None
        if found is not None:
            last = [(first, end - 1) for first, end in (core.base, core.mine, core.theirs)]
            place = Place(found, last[0], last[1], last[2])
            return [place], [place]
        self.conflicts.append(texts)
        return theirs, mine

    def _of_mine(self, start: int, end: int) -> list[Place]:
        return [Place(self.mine.keys[n], None, (n, n), None) for n in range(start, end)]

    def _of_theirs(self, start: int, end: int) -> list[Place]:
        return [Place(self.theirs.keys[n], None, None, (n, n)) for n in range(start, end)]


def _by_word(texts: Conflict) -> str | None:
    """What both sides make of the base word by word; None where they changed the same words, or neighbors."""
    base, mine, theirs = (sentences.words(text) for text in (texts.base, texts.mine, texts.theirs))
    if max(len(base), len(mine), len(theirs)) > MAX_WORDS:
        return None
    merged: list[str] = []
    done = 0
    for group in _grouped(edits(base, mine), edits(base, theirs), mine, theirs, touching=True):
        merged += base[done : group.base[0]]
        ours, others = mine[slice(*group.mine)], theirs[slice(*group.theirs)]
        if group.both and ours != others:
            return None
        merged += others if ours == base[slice(*group.base)] else ours
        done = group.base[1]
    return "".join(merged + base[done:]).rstrip()


def _grouped(
    of_mine: Sequence[Edit],
    of_theirs: Sequence[Edit],
    mine: Sequence[str],
    theirs: Sequence[str],
    *,
    touching: bool = False,
) -> Iterator[_Group]:
    """The edits of both sides, in order, with those of the two that meet in one group.

    They meet where they change the same piece of the base or insert at the same place; where they only touch,
    if both have a piece in common, or `touching` is all it takes.
    """

    def meet(one: Edit, other: Edit) -> bool:
        if one.i1 < other.i2 or (one.i1 == one.i2 == other.i1 == other.i2):
            return True
        return one.i1 == other.i2 and (touching or bool(pieces(one) & pieces(other)))

    def pieces(edit: Edit) -> set[str]:
        return set(mine[edit.j1 : edit.j2] if id(edit) in owned else theirs[edit.j1 : edit.j2])

    owned = {id(edit) for edit in of_mine}
    ahead: list[Edit] = []
    m = t = 0  # how far each side is ahead of the base
    for edit in [*sorted([*of_mine, *of_theirs], key=lambda edit: edit[:2]), None]:
        if ahead and (
            edit is None
            or not any(meet(edit, each) for each in ahead if (id(each) in owned) != (id(edit) in owned))
        ):
            group = _group(ahead, owned, m, t)
            yield group
            m, t = group.mine[1] - group.base[1], group.theirs[1] - group.base[1]
            ahead = []
        if edit is not None:
            ahead.append(edit)


def _group(members: Sequence[Edit], owned: set[int], m: int, t: int) -> _Group:
    start, end = members[0].i1, max(edit.i2 for edit in members)

    def grown(edits: Iterable[Edit]) -> int:
        return sum((edit.j2 - edit.j1) - (edit.i2 - edit.i1) for edit in edits)

    mine = [edit for edit in members if id(edit) in owned]
    theirs = [edit for edit in members if id(edit) not in owned]
    return _Group(
        (start, end),
        (start + m, end + m + grown(mine)),
        (start + t, end + t + grown(theirs)),
        both=bool(mine and theirs),
    )
