"""Markdown that is still being written, as HTML.

A block that is finished is rendered once. The last one is rendered again whenever it has grown by whole lines
and by a tenth, so that all of it together costs no more than in proportion to the text.
"""

import re
from dataclasses import dataclass

from generation.posts.markdown import render_for_page

GROWTH = 1.1
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s")
_FENCE = re.compile(r"[ >]*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}(?=[^`]*$)|~{3,})")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`finished` comes behind all that was finished before; `open` and `rest` replace those before.

    `open` is HTML, and `rest` the Markdown behind it, most often an unfinished line; `code`: it is code.
    """

    finished: str
    open: str
    rest: str
    code: bool


class GrowingText:
    """One text, from its first character on. `length`: how many characters it has."""

    def __init__(self) -> None:
        self.length = 0
        self._block = ""  # from where the last block begins
        self._lines = 0  # as far as its whole lines go
        self._rendered = 0  # as far as they are rendered
        self._blank = False  # whether the last whole line is empty
        self._fence = ""

    @property
    def unfinished(self) -> int:
        """How many characters its last block has."""
        return len(self._block)

    def append(self, text: str) -> Rendered | None:
        """What to show now; None if that is only `text`, behind what was shown before."""
        self.length += len(text)
        self._block += text
        finished = "".join(render_for_page(block) for block in self._finished_blocks())
        lines = self._lines if self._fence else _before_heading_of_table(self._block[: self._lines])
        if not finished and lines <= self._rendered * GROWTH:
            return None
        self._rendered = lines
        return Rendered(
            finished=finished,
            open=render_for_page(self._block[:lines]),
            rest=self._block[lines:],
            code=bool(self._fence),
        )

    def _finished_blocks(self) -> list[str]:
        """Blocks that end before a line that is whole by now."""
        finished = []
        while end := self._block.find("\n", self._lines) + 1:
            line = self._block[self._lines : end]
            if self._begins_block(line):
                finished.append(self._block[: self._lines])
                self._block, end, self._rendered = self._block[self._lines :], len(line), 0
            self._follow_fence(line)
            self._blank = not line.strip()
            self._lines = end
        return finished

    def _begins_block(self, line: str) -> bool:
        """Whether the line cannot belong to the block before it: a list continues after an empty line."""
        if self._fence or not self._blank or not self._block[: self._lines].strip() or line[0].isspace():
            return False
        return not (_ITEM.match(line) and _ITEM.match(self._block))

    def _follow_fence(self, line: str) -> None:
        if not self._fence:
            opening = _FENCE.match(line)
            self._fence = opening[1] if opening else ""
        elif re.fullmatch(rf"[ >]*{self._fence[0]}{{{len(self._fence)},}}\s*", line):
            self._fence = ""


def _before_heading_of_table(lines: str) -> int:
    """Where these lines end, without a row at the end that is no table yet: a second line makes it one."""
    start = lines.rfind("\n", 0, -1) + 1
    before = lines[lines.rfind("\n", 0, max(0, start - 1)) + 1 : start]
    return start if lines.startswith("|", start) and not before.startswith("|") else len(lines)


def render_unfinished(text: str) -> str:
    """A text that may end anywhere, as HTML: emphasis that is still open ends with it."""
    line = text[text.rfind("\n") + 1 :]
    if line.startswith("|"):
        text, line = text.removesuffix(line), ""
    text = text[: _before_heading_of_table(text)]
    for mark in ("**", "`"):
        if line.count(mark) % 2:
            text = text.removesuffix(mark) if text.endswith(mark) else text.rstrip() + mark
    return render_for_page(text)
