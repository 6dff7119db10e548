"""What a model puts before a text: echoed headings, remarks, front matter. Dropped while it streams."""

import re
from collections.abc import Iterable

from generation.pipeline import chatter

HEADING = re.compile(r"^([ \t]*)#{1,2}(?=[ \t]|\n|$)")
"""The mark of a heading above level 3."""

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


class Preamble:
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
        return bool(HEADING.match(line)) and not line.rstrip("*_# \t\n").endswith(("?", "？", "؟"))

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


def _letters(text: str) -> str:
    """What two headings have in common when only their marks, case and spaces differ."""
    return "".join(character for character in text.casefold() if character.isalnum())
