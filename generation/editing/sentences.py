"""A Markdown text as the pieces that people edit: sentences, and the lines that stand for themselves.

Headings, list items, rows of tables, quoted lines and lines of code are one piece each; paragraphs are split
into sentences by sentencex, which knows "Dr." and "z. B.". A piece ends with the blanks and line breaks
behind it, so that all pieces joined are the text again.
"""

import re
from collections.abc import Iterator

import sentencex

from generation.pipeline.words import UNSPACED

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_WORD = re.compile(rf"[{UNSPACED}]\s*|\w+\s*|[^\w\s]\s*|\s+")
_AT_ONCE = 4_000
"""Characters of a paragraph that are split into sentences together."""
_ENDS = (". ", ".\n", "? ", "! ", "。", "！", "？", "।", "؟")
_ALONE = re.compile(
    r" {0,3}(?:#{1,6}(?:\s|$)|\||>|[-*+](?:\s|$)|\d{1,9}[.)](?:\s|$)|\[[^\]\n]{1,200}\]:"
    r"|(?:=+|-+|(?:[*_-][ \t]*){3,})\s*$)|(?: {4}|\t)"
)
"""How a line begins that is a piece by itself. Indented lines are code, or belong to a list item above."""


def split(text: str, language: str = "en") -> list[str]:
    """The pieces of `text`, in order. `language` is a BCP-47 tag; `"".join(pieces)` is `text`."""
    pieces: list[str] = []
    for piece in _pieces(text, language.partition("-")[0].lower()):
        if pieces and not piece.strip():
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def words(text: str) -> list[str]:
    """The words of `text`, each with the blanks behind it; of scripts without spaces, its characters."""
    return _WORD.findall(text)


def _pieces(text: str, language: str) -> Iterator[str]:
    paragraph: list[str] = []
    fence = ""
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):  # str.splitlines knows more kinds of line breaks
        opening = None if fence else _FENCE.match(line)
        if not fence and opening is None and line.strip() and not _ALONE.match(line):
            paragraph.append(line)
            continue
        yield from _sentences("".join(paragraph), language)
        paragraph.clear()
        yield line
        if opening:
            fence = opening[1]
        elif fence and re.fullmatch(rf" {{0,3}}{fence[0]}{{{len(fence)},}}\s*", line):
            fence = ""
    yield from _sentences("".join(paragraph), language)


def _sentences(paragraph: str, language: str) -> list[str]:
    """sentencex takes 6 minutes for 2 million apostrophes, so it gets a long paragraph in several pieces."""
    found: list[str] = []
    while paragraph:
        piece = paragraph[:_AT_ONCE]
        if len(paragraph) > _AT_ONCE:  # at the end of a sentence, which an edit somewhere else leaves one
            ends = [piece.rindex(mark) + len(mark) for mark in _ENDS if mark in piece]
            piece = piece[: max(ends, default=_AT_ONCE)]
        split = list(sentencex.segment(language, piece))
        found += split if "".join(split) == piece else [piece]
        paragraph = paragraph[len(piece) :]
    return found
