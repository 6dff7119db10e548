"""A part's Markdown, cleaned while it streams.

A model's reply comes in pieces of any size. Stages pass it on, each holding back only what it cannot decide
yet: characters (what Postgres refuses, endless blanks), thoughts, lines (what stands before the text, an
enclosing fence, heading levels), the end (remarks behind the text) and edges (whitespace around the part).
The result does not depend on where the pieces were cut. What has been passed on is taken back in one case:
when it turns out to have been a thought.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable

from markdown_it import MarkdownIt

from generation.pipeline import chatter
from generation.pipeline.preamble import HEADING, Preamble
from generation.pipeline.thoughts import Thoughts

# The longest beginning of a line that is held back; a longer one is text, whatever it looks like.
_HELD = 1000

_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_SURROGATES = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_BLANKS = " \t\n"
_BLANK_RUN = re.compile(r"[ \t\n]{2,}")
_MOST_BLANKS, _MOST_BREAKS = 40, 3
"""Characters of an indent, and line breaks between two lines."""

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})([^`\n]*)\n?")


class Cleaner:
    """Takes a reply piece by piece, gives the text that stays.

    `echoes`: headings that may not begin it; `number`: that of a section whose label may not.
    """

    def __init__(self, echoes: Iterable[str] = (), *, number: int | None = None) -> None:
        self._echoes, self._number = tuple(echoes), number
        self._characters = _Characters()
        self._thoughts = Thoughts()
        self._stages = self._fresh_stages()
        self._taken_back = False

    @property
    def thinking(self) -> bool:
        """Whether the reply is, or ended, inside a thought."""
        return self._thoughts.inside

    @property
    def ended(self) -> bool:
        """Whether the model has closed its turn: whatever follows is thrown away."""
        return self._thoughts.ended

    def taken_back(self) -> bool:
        """Whether all that was passed on before the last piece has turned out to be a thought. Said once."""
        taken_back, self._taken_back = self._taken_back, False
        return taken_back

    def feed(self, text: str) -> str:
        """What can be shown now."""
        return self._pass_on(self._thoughts.feed(self._characters.feed(text)))

    def close(self) -> str:
        """What was held back and belongs to the text after all."""
        answer = self._thoughts.feed(self._characters.close()) + self._thoughts.close()
        text = self._pass_on(answer)
        rest = ""
        for stage in self._stages:
            rest = stage.feed(rest) + stage.close()
        return text + rest

    def _pass_on(self, text: str) -> str:
        if self._thoughts.taken_back():
            self._stages = self._fresh_stages()
            self._taken_back = True
        for stage in self._stages:
            text = stage.feed(text)
        return text

    def _fresh_stages(self) -> tuple["_Stage", ...]:
        return (_Lines(self._echoes, self._number), _End(), _Edges())


def cleaned(text: str) -> str:
    """A whole text as a Cleaner leaves it."""
    cleaner = Cleaner()
    shown = cleaner.feed(text)
    rest = cleaner.close()
    return rest if cleaner.taken_back() else shown + rest


def one_line(text: str) -> str:
    """`text` on one line: no characters that Postgres refuses, no doubled spaces."""
    characters = _Characters()
    return " ".join((characters.feed(text) + characters.close()).split())


class _Stage(ABC):
    @abstractmethod
    def feed(self, text: str) -> str: ...

    def close(self) -> str:
        return ""


class _Characters(_Stage):
    """Drops controls and lone surrogates, joins a pair that two pieces split, shortens endless blanks."""

    def __init__(self) -> None:
        self._half = ""
        self._blanks = ""

    def feed(self, text: str) -> str:
        text = self._half + text
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        text = _SURROGATES.sub(_joined, text.removesuffix(self._half))
        return self._shorten(_UNWANTED.sub("", text))

    def close(self) -> str:
        blanks, self._blanks = self._blanks, ""
        return blanks

    def _shorten(self, text: str) -> str:
        text = self._blanks + text
        visible = text.rstrip(_BLANKS)
        self._blanks = _shortened(text[len(visible) :])
        return _shortened(visible)


def _shortened(text: str) -> str:
    """`text` with no run of blanks that is longer than any text needs."""
    return _BLANK_RUN.sub(_bounded, text)


def _bounded(run: re.Match[str]) -> str:
    blanks = run[0]
    breaks = blanks.count("\n")
    if breaks <= _MOST_BREAKS and len(blanks) <= _MOST_BLANKS:
        return blanks
    before, after = blanks.partition("\n")[0], blanks.rpartition("\n")[2]
    if not breaks:
        return blanks[:_MOST_BLANKS]
    return before[:_MOST_BLANKS] + "\n" * min(breaks, _MOST_BREAKS) + after[:_MOST_BLANKS]


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


def _pieces(text: str) -> list[str]:
    """`text` cut behind its line breaks."""
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


class _Lines(_Stage):
    """Drops what stands before a text and around it; keeps its headings below H2 and its code closed."""

    def __init__(self, echoes: Iterable[str], number: int | None) -> None:
        self._before = Preamble(echoes, number)
        self._line = ""
        self._passing = False
        self._enclosure = ""
        self._fence = ""

    def feed(self, text: str) -> str:
        return "".join(map(self._take, _pieces(text)))

    def close(self) -> str:
        line, self._line = self._line, ""
        shown = self._shape(line) if line else ""
        shown += "".join(map(self._shape, self._before.release()))
        if not self._fence:
            return shown
        # An open fence would swallow the parts that follow.
        return f"{shown}\n{self._fence}" if line or self._passing else self._fence

    def _take(self, piece: str) -> str:
        if self._passing:
            self._passing = not piece.endswith("\n")
            return piece
        self._line += piece
        ended = self._line.endswith("\n")
        if not ended and len(self._line) <= _HELD and self._undecided(self._line):
            return ""
        line, self._line = self._line, ""
        self._passing = not ended
        return self._shape(line)

    def _undecided(self, line: str) -> bool:
        """Whether more of this line could change how its beginning is shown."""
        return (not self._before.over and self._before.undecided(line)) or _is_begun_mark(line)

    def _shape(self, line: str) -> str:
        if len(line) > _HELD and self._undecided(line[:_HELD]):
            self._before.over = True
            return line
        if not self._fence and not self._before.over:
            return self._shape_first(line)
        return self._shape_next(line)

    def _shape_first(self, line: str) -> str:
        fence = _FENCE.fullmatch(line)
        may_enclose = fence and not self._enclosure and not self._before.front
        if fence and may_enclose and fence[3].strip().lower() in ("", "md", "markdown"):
            self._enclosure = fence[2]
            return ""
        return "".join(map(self._shape_next, self._before.take(line)))

    def _shape_next(self, line: str) -> str:
        fence = _FENCE.fullmatch(line)
        if self._fence:
            if fence and _closes(fence, self._fence):
                self._fence = ""
            return line
        if not fence:
            return _lowered(line)
        if self._enclosure and _closes(fence, self._enclosure):
            self._enclosure = ""
            return ""
        self._fence = fence[1] + fence[2]
        return line


def _is_begun_mark(line: str) -> bool:
    """Whether the line so far is nothing but the beginning of a heading, a rule or a fence."""
    mark = line.strip(" \t")
    return (
        not mark
        or mark.startswith(("```", "~~~"))
        or mark in ("`", "``", "~", "~~")
        or (not mark.strip("#") and len(mark) <= 6)
        or not mark.strip("=")
        or not mark.strip("-")
    )


def _closes(fence: re.Match[str], opened: str) -> bool:
    return not fence[3].strip() and fence[2].startswith(opened.strip())


def _lowered(line: str) -> str:
    """The line with a heading at level 3 or below; what would underline one is a rule or nothing."""
    end = "\n" if line.endswith("\n") else ""
    mark = line.strip()
    if mark and not mark.strip("#") and len(mark) <= 6:
        return end
    if mark and (not mark.strip("=") or not mark.strip("-")):
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        return f"{indent}***{end}" if mark.startswith("---") else end
    return HEADING.sub(r"\1###", line, count=1)


class _End(_Stage):
    """Drops remarks and rules behind the text. What may be one is held back until more text follows."""

    def __init__(self) -> None:
        self._line = ""
        self._held: list[str] = []
        self._passing = self._begun = False

    def feed(self, text: str) -> str:
        return "".join(map(self._take, _pieces(text)))

    def close(self) -> str:
        line, self._line = self._line, ""
        if self._begun and (not line.strip() or chatter.is_closing(line)):
            return ""
        return self._release(line)

    def _take(self, piece: str) -> str:
        if self._passing:
            self._passing = not piece.endswith("\n")
            return piece
        self._line += piece
        ended = self._line.endswith("\n")
        if chatter.may_close(self._line.rstrip("\n")):
            if not ended:
                return ""
            if not self._line.strip() or chatter.is_closing(self._line):
                self._held.append(self._line)
                self._line = ""
                return ""
        line, self._line = self._line, ""
        self._passing = not ended
        return self._release(line)

    def _release(self, line: str) -> str:
        held, self._held = self._held, []
        self._begun = self._begun or bool(line.strip())
        return "".join(held) + line


class _Edges(_Stage):
    """Drops whitespace at both ends of the part."""

    def __init__(self) -> None:
        self._begun = False
        self._space = ""

    def feed(self, text: str) -> str:
        text = self._space + text if self._begun else text.lstrip()
        shown = text.rstrip()
        self._space = text[len(shown) :]
        self._begun = self._begun or bool(shown)
        return shown


_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_MAYBE = re.compile(r"#(?<![^ \t\n>]#)#?(?:[ \t]|$)|=[ \t]*$|-[ \t]*$|```|~~~", re.MULTILINE)
_MARK = re.compile(r"(?<!#)#{1,2}(?=[ \t]|$)")


def self_contained(text: str) -> str:
    """`text` with no heading above level 3 and no open fence, as a Markdown parser sees it.

    The stream settles what stands alone; what quotes and lists make of a line only the whole text tells.
    """
    if not _MAYBE.search(text):
        return text
    for _ in range(3):
        high = [token for token in _markdown.parse(text) if token.tag in ("h1", "h2") and token.map]
        if not high:
            break
        lines = text.split("\n")
        for token in high:
            first, after = token.map or (0, 1)
            if token.markup in ("=", "-"):
                lines[after - 1] = lines[after - 1].rstrip("=- \t")
            else:
                lines[first] = _MARK.sub("###", lines[first], count=1)
        text = "\n".join(lines)
    last = _markdown.parse(f"{text}\n\n# Next part")[-1]
    return f"{text}\n{last.markup}" if last.type == "fence" else text
