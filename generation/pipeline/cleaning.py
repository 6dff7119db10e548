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
_HEADING = re.compile(r"^([ \t]*)#{1,2}(?=[ \t]|\n|$)")
_RULE = re.compile(r"[-*_=#\s]*")
_KEYS = ("title", "slug", "tags", "keywords", "date", "author", "meta title", "meta description")
_MORE_KEYS = (
    "description",
    "layout",
    "category",
    "categories",
    "summary",
    "excerpt",
    "draft",
    "image",
    "heading",
)
_FIRST_FIELD = re.compile(rf"(?:{'|'.join(_KEYS + _MORE_KEYS)})[ \t]?[:=]", re.IGNORECASE)
_FIELD = re.compile(
    r"[A-Za-z][\w-]{0,30}(?: [\w-]{1,30})?[ \t]?[:=][^\n]*|[ \t]{1,8}[^\s][^\n]*|- [^\n]*|[ \t]*"
)
_BARE_FIELD = re.compile(rf"[*_ \t]{{0,6}}(?:{'|'.join(_KEYS)})[*_]{{0,3}}:", re.IGNORECASE)
_SPEAKERS = ("assistant", "answer", "output", "response", "result")
_ROLE = re.compile(r"[*_]{0,2}assistant[*_]{0,2}[:：][*_]{0,2}[ \t]+", re.IGNORECASE)
_LONGEST_FIELD, _LONGEST_FRONT_MATTER = 160, 2000


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
        self._before = _Before(echoes, number)
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


class _Before:
    """The lines before a text: echoed headings, remarks, front matter. `over`: the text has begun."""

    def __init__(self, echoes: Iterable[str], number: int | None) -> None:
        self.over = False
        self._echoes = {letters for letters in map(_letters, echoes) if letters}
        self._number = str(number) if number else ""
        self.front: list[str] = []
        """Lines that may be front matter: the first is the mark that opened it."""

    def undecided(self, line: str) -> bool:
        """Whether more of this line could make it one of those."""
        start = line.lstrip()
        return (
            bool(self.front)
            or start.startswith(("#", "+"))
            or self._may_be_echo(line)
            or chatter.may_open(line)
            or _may_be_field(line)
        )

    def take(self, line: str) -> list[str]:
        """The lines that are text after all, now that this whole line is known."""
        if self.front:
            return self._take_front_matter(line)
        if _opens_front_matter(line):
            self.front.append(line)
            return []
        if self._is_dropped(line):
            return []
        self.over = True
        return [line[self._remark(line) :]]

    def release(self) -> list[str]:
        """What was held back as front matter and is none."""
        front, self.front = self.front, []
        if front and not _RULE.fullmatch(front[0]):  # a block of code
            self.over = True
            return front
        return [line for held in front[1:] for line in self.take(held)]

    def _take_front_matter(self, line: str) -> list[str]:
        fenced = self.front[0].lstrip().startswith("`")
        end = "```" if fenced else self.front[0].strip()
        self.front.append(line)
        body = self.front[1:] if not fenced else self.front[2:]
        if line.strip() in (end, "...") and len(body) > 1:
            self.front = []
            return []
        is_inner_rule = fenced and line.strip() in ("---", "+++")
        fits = bool(_FIELD.fullmatch(line.rstrip("\n"))) and (
            len(body) != 1 or bool(_FIRST_FIELD.match(line))
        )
        if is_inner_rule or (fits and body and sum(map(len, self.front)) < _LONGEST_FRONT_MATTER):
            return []
        return self.release()

    def _is_dropped(self, line: str) -> bool:
        if _RULE.fullmatch(line) or self._is_echo(line) or chatter.opening(line) == len(line):
            return True
        if _BARE_FIELD.match(line) and len(line) <= _LONGEST_FIELD and not line.rstrip().endswith("."):
            return True
        # Its own title or a reworded heading. A question is kept: answers begin with one.
        return bool(_HEADING.match(line)) and not line.rstrip("*_# \t\n").endswith(("?", "？", "؟"))

    def _is_echo(self, line: str) -> bool:
        if _letters(line) in self._echoes:
            return True
        if line.strip().lower() == "assistant":  # what a chat template leaves
            return True
        if _letters(line) in _SPEAKERS and line.rstrip("*_ \n").endswith((":", "：")):
            return True
        label = chatter.label(line)
        return label is not None and (not _letters(label.rest) or _letters(label.rest) in self._echoes)

    def _may_be_echo(self, line: str) -> bool:
        label = chatter.label(line)
        return (
            self._begins_echo(line)
            or chatter.may_be_label(line)
            or bool(label and self._begins_echo(label.rest))
        )

    def _begins_echo(self, line: str) -> bool:
        letters = _letters(line)
        return not letters or any(echo.startswith(letters) for echo in (*self._echoes, *_SPEAKERS))

    def _remark(self, line: str) -> int:
        """How much of the first line of a text is no part of it."""
        label = chatter.label(line)
        if label and label.number == self._number and label.mark:
            return len(line) - len(label.rest.lstrip("*_ "))
        role = _ROLE.match(line)
        return role.end() if role else chatter.opening(line)


def _may_be_field(line: str) -> bool:
    if _BARE_FIELD.match(line):
        return len(line) <= _LONGEST_FIELD
    start = line.lstrip("*_ \t").rstrip("*_").casefold()
    return any(key.startswith(start) for key in _KEYS)


def _opens_front_matter(line: str) -> bool:
    stripped = line.strip()
    return stripped in ("---", "+++") or stripped.lower() in ("```yaml", "```yml", "```toml")


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


def _letters(text: str) -> str:
    """What two headings have in common when only their marks, case and spaces differ."""
    return "".join(character for character in text.casefold() if character.isalnum())


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
    return _HEADING.sub(r"\1###", line, count=1)


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
