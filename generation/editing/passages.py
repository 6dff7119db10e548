"""Finding a passage of an older version in a newer one."""

from dataclasses import dataclass

from generation.editing.changes import replaced


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
    """The passage with what was edited in it; what was inserted right beside it is not part of it."""
    start, end = passage.start, passage.end
    shift_start = shift_end = 0
    for first, last, inserted in replaced(before, now, language):
        grown = len(inserted) - (last - first)
        if last <= passage.start and first < passage.end:
            shift_start += grown
            shift_end += grown
        elif first < passage.end:
            shift_end += grown
            if first < passage.start:  # it reaches into the passage: all that came of it is part of it
                shift_start -= passage.start - first
            if last > passage.end:
                shift_end += last - passage.end
    start, end = start + shift_start, end + shift_end
    return Passage(start, max(start, end), now[start : max(start, end)])
