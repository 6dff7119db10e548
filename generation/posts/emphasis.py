"""Emphasis beside Chinese, Japanese and Korean text, which has no spaces around words.

CommonMark asks for a space or punctuation outside of `**` when there is punctuation inside, so that the
asterisks of `**「先」**に` are shown. The CJK-friendly amendment is content with a CJK character there:
https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md. (mdit-py-cjk-friendly does it for
markdown-it-py before 4, and for every parser of the process.)
"""

import unicodedata
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType


class CjkFriendlyInline(ParserInline):
    """The inline parser, with the rule of the amendment for what `*`, `_` and `~` begin and end."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        before = self._before(start)
        after = self.src[end] if end < self.posMax else " "
        opens = not _is_space(after) and (not _is_western(after) or _allows(before))
        closes = not _is_space(before) and (not _is_western(before) or _allows(after))
        return Scanned(
            opens and (canSplitWord or not closes or _is_punctuation(before)),
            closes and (canSplitWord or not opens or _is_punctuation(after)),
            end - start,
        )

    def _before(self, start: int) -> str:
        """The character before, not counting one that only selects its form."""
        if start > 1 and "\ufe00" <= self.src[start - 1] <= "\ufe0e":
            start -= 1
        return self.src[start - 1] if start > 0 else " "


def _allows(neighbour: str) -> bool:
    """Whether emphasis may begin or end between this and punctuation."""
    return _is_space(neighbour) or _is_western(neighbour) or _is_cjk(neighbour)


def _is_western(character: str) -> bool:
    """Whether it is punctuation of other scripts than Chinese, Japanese and Korean."""
    return _is_punctuation(character) and not _is_cjk(character)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _is_space(character: str) -> bool:
    return isWhiteSpace(ord(character))


@lru_cache(maxsize=4096)
def _is_cjk(character: str) -> bool:
    code = ord(character)
    if 0xE0100 <= code <= 0xE01EF:  # selects the form of an ideograph
        return True
    if unicodedata.category(character) in ("So", "Sk") and not 0x3000 <= code <= 0x33FF:  # emoji
        return False
    wide = unicodedata.east_asian_width(character) in "WFH"
    return wide or unicodedata.name(character, "").startswith("HANGUL")
