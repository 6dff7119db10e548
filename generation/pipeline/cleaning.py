"""A part's Markdown, cleaned while it streams.

A model's reply comes in pieces of any size. Four stages pass it on, each holding back only what it cannot
decide yet: characters (what Postgres refuses), thoughts (<think> blocks), lines (echoed headings, an
enclosing fence, heading levels) and edges (whitespace around the part). What has been passed on is never
taken back, and the result does not depend on where the pieces were cut.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable

from markdown_it import MarkdownIt

# The longest beginning of a line that is held back; a longer one is text, whatever it looks like.
_HELD = 1000

_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_SURROGATES = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")

_THOUGHT = re.compile(r"(?<!`)<think(?:ing)?>", re.IGNORECASE)
_THOUGHT_END = re.compile(r"</think(?:ing)?>", re.IGNORECASE)

_UNDECIDED = re.compile(r"[ \t]*(?:#{0,6}[ \t]*|=+[ \t]*|-+[ \t]*|`{1,2}|~{1,2}|(?:`{3}|~{3}).*)")
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})([^`\n]*)\n?")
_HEADING = re.compile(r"^([ \t]*)#{1,2}(?=[ \t]|\n|$)")
_EMPTY_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]*\n?")
_UNDERLINE = re.compile(r"([ \t]*)(=+|-+)[ \t]*\n?")
_RULE = re.compile(r"[-*_=#\s]*")


class Cleaner:
    """Takes a reply piece by piece, gives the text that stays. `echoes`: headings that may not begin it."""

    def __init__(self, echoes: Iterable[str] = ()) -> None:
        self._thoughts = _Thoughts()
        self._stages = (_Characters(), self._thoughts, _Lines(echoes), _Edges())

    @property
    def thinking(self) -> bool:
        """Whether the reply is, or ended, inside a thought."""
        return self._thoughts.inside

    def feed(self, text: str) -> str:
        """What can be shown now."""
        for stage in self._stages:
            text = stage.feed(text)
        return text

    def close(self) -> str:
        """What was held back and belongs to the text after all."""
        text = ""
        for stage in self._stages:
            text = stage.feed(text) + stage.close()
        return text


def cleaned(text: str) -> str:
    """A whole text as a Cleaner leaves it."""
    cleaner = Cleaner()
    return cleaner.feed(text) + cleaner.close()


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
    """Drops NUL, other controls and lone surrogates; joins a pair that two pieces split."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        text = self._half + text
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        text = _SURROGATES.sub(_joined, text.removesuffix(self._half))
        return _UNWANTED.sub("", text)


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


class _Thoughts(_Stage):
    """Drops <think>…</think>, also one that never ends. A tag in backticks is text about tags."""

    def __init__(self) -> None:
        self.inside = False
        self._held = ""
        self._before = ""

    def feed(self, text: str) -> str:
        text, self._held = self._held + text, ""
        shown = ""
        while text:
            piece, text = self._next(text)
            shown += piece
        return shown

    def close(self) -> str:
        return "" if self.inside else self._held

    def _next(self, text: str) -> tuple[str, str]:
        """(what to show of the beginning, the rest to look at)."""
        tag = (_THOUGHT_END if self.inside else _THOUGHT).search(self._before + text)
        if tag is None:
            self._held = _unfinished_tag(text)
            piece, rest = text.removesuffix(self._held), ""
        else:
            start, end = (max(0, place - len(self._before)) for place in tag.span())
            piece, rest = text[:start], text[end:]
        shown = "" if self.inside else piece
        self._before = piece[-1:] or self._before
        if tag is not None:
            self.inside, self._before = not self.inside, ""
        return shown, rest


def _unfinished_tag(text: str) -> str:
    """The end of `text` that may be the beginning of a tag."""
    tail = text[text.rfind("<") :].lower() if "<" in text else ""
    possible = tail and any(
        tag.startswith(tail) for tag in ("<think>", "<thinking>", "</think>", "</thinking>")
    )
    return text[-len(tail) :] if possible else ""


class _Lines(_Stage):
    """Drops what stands around a part (echoed headings, an enclosing fence); keeps its headings below H2."""

    def __init__(self, echoes: Iterable[str]) -> None:
        self._echoes = {letters for letters in map(_letters, echoes) if letters}
        self._line = ""
        self._passing = False
        self._begun = False
        self._enclosure = ""
        self._fence = ""

    def feed(self, text: str) -> str:
        return "".join(self._take(piece) for piece in re.findall(r"[^\n]*\n|[^\n]+", text))

    def close(self) -> str:
        line, self._line = self._line, ""
        shown = self._shape(line) if line else ""
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
        if not self._begun and (line.lstrip().startswith("#") or self._may_be_echo(line)):
            return True
        return bool(_UNDECIDED.fullmatch(line))

    def _may_be_echo(self, line: str) -> bool:
        letters = _letters(line)
        return not letters or any(echo.startswith(letters) for echo in self._echoes)

    def _shape(self, line: str) -> str:
        if len(line) > _HELD and self._undecided(line[:_HELD]):
            self._begun = True
            return line
        fence = _FENCE.fullmatch(line)
        if self._fence:
            if fence and _closes(fence, self._fence):
                self._fence = ""
            return line
        if not self._begun and self._stands_before(line, fence):
            return ""
        self._begun = True
        if fence:
            return self._open_or_drop(line, fence)
        return _lowered(line)

    def _stands_before(self, line: str, fence: re.Match[str] | None) -> bool:
        """Whether the line, with nothing shown yet, is no part of the text."""
        if fence and not self._enclosure and fence[3].strip().lower() in ("", "md", "markdown"):
            self._enclosure = fence[2]
            return True
        if _RULE.fullmatch(line) or _letters(line) in self._echoes:
            return True
        # Its own title or a reworded heading. A question is kept: answers begin with one.
        return bool(_HEADING.match(line)) and not line.rstrip("*_# \t\n").endswith(("?", "？", "؟"))

    def _open_or_drop(self, line: str, fence: re.Match[str]) -> str:
        if self._enclosure and _closes(fence, self._enclosure):
            self._enclosure = ""
            return ""
        self._fence = fence[1] + fence[2]
        return line


def _letters(text: str) -> str:
    """What two headings have in common when only their marks, case and spaces differ."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _closes(fence: re.Match[str], opened: str) -> bool:
    return not fence[3].strip() and fence[2].startswith(opened.strip())


def _lowered(line: str) -> str:
    """The line with a heading at level 3 or below; what would underline one is a rule or nothing."""
    end = "\n" if line.endswith("\n") else ""
    if _EMPTY_HEADING.fullmatch(line):
        return end
    underline = _UNDERLINE.fullmatch(line)
    if underline:
        return f"{underline[1]}***{end}" if underline[2].startswith("---") else end
    return _HEADING.sub(r"\1###", line, count=1)


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
_MAYBE = re.compile(r"(?:^|[ \t>])#{1,2}(?:[ \t]|$)|[=-][ \t]*$|`{3}|~{3}", re.MULTILINE)
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
