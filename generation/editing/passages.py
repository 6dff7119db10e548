"""Finding a passage of an older version in a newer one."""

from collections.abc import Iterator
from dataclasses import dataclass

from generation.editing import sentences
from generation.editing.alignment import edits


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a body, in characters, and what stands there."""

    start: int
    end: int
    text: str


def passage_now(passage: Passage, before: str | None, now: str, language: str) -> Passage:
    """Where a passage of `before` is in `now`. Its `text` is what stands there now.

    If that is what the passage was, it is where it was, or the only place with these words. Otherwise
    somebody has changed it since; an empty text says that it was deleted.
    """
    there = None
    if before is not None and before[passage.start : passage.end] == passage.text:
        there = _followed(passage, before, now, language)
        if there.text == passage.text:
            return there
    if (words := passage.text.strip()) and now.count(words) == 1:
        start = now.index(words)
        return Passage(start, start + len(words), passage.text)
    return there or Passage(len(now), len(now), "")


def _followed(passage: Passage, before: str, now: str, language: str) -> Passage:
    """The passage with what was edited in it, but not with what was inserted right beside it.

    Empty if an edit goes beyond it: then nobody knows what has become of it.
    """
    start, end = passage.start, passage.end
    for first, last, length in _replaced(sentences.split(before, language), sentences.split(now, language)):
        grown = length - (last - first)
        if last <= passage.start and first < passage.end:
            start, end = start + grown, end + grown
        elif first < passage.end:
            if before[first : passage.start].strip() or before[passage.end : last].strip():
                return Passage(start, start, "")
            start -= max(0, passage.start - first)
            end += grown + max(0, last - passage.end)
    text = now[start : max(start, end)]
    start += len(text) - len(text.lstrip()) if text != passage.text else 0
    text = text if text == passage.text else text.strip()
    return Passage(start, start + len(text), text)


def _replaced(before: list[str], now: list[str]) -> Iterator[tuple[int, int, int]]:
    """From where to where sentences, or the blanks between two, were replaced, and how long it is now.

    Whole sentences: of one that was rewritten, a word that stayed is not the passage that it was in.
    """
    old, new = [piece.rstrip() for piece in before], [piece.rstrip() for piece in now]
    at = i = j = 0
    for edit in [*edits(old, new), None]:
        while i < (edit.i1 if edit else len(old)):
            if before[i] != now[j]:
                yield at + len(old[i]), at + len(before[i]), len(now[j]) - len(new[j])
            at += len(before[i])
            i, j = i + 1, j + 1
        if edit:
            size = sum(map(len, before[edit.i1 : edit.i2]))
            yield at, at + size, sum(map(len, now[edit.j1 : edit.j2]))
            at, i, j = at + size, edit.i2, edit.j2
