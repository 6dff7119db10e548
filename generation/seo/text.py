"""A post's text as its readers see it: paragraphs, headings, links and images, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import sentencex
from markdown_it.token import Token

from generation.pipeline.words import words
from generation.posts.markdown import tokens_of

MOST = 100_000
"""Characters of a text that are looked at: the Markdown parser takes up to 25 s a megabyte of odd marks."""
_PIECE = 4_000
"""Characters that sentencex gets at once: it takes 6 minutes for 2 million apostrophes, and 1 s in pieces."""


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    words_below: int
    """How many words there are before the next heading, of any level."""


@dataclass(frozen=True)
class Text:
    """`opening`: how many words stand before the first heading. `cells`: the words of tables."""

    language: str
    paragraphs: tuple[str, ...]
    headings: tuple[Heading, ...]
    opening: int
    cells: tuple[str, ...]
    links: tuple[str, ...]
    images: tuple[str, ...]
    """The words of each link, and each image's description."""

    @cached_property
    def words(self) -> list[str]:
        """All words as they compare, those of headings among them, but not code."""
        return [
            word
            for each in (*(heading.text for heading in self.headings), *self.paragraphs, *self.cells)
            for word in words(each)
        ]

    @cached_property
    def paragraph_lengths(self) -> list[int]:
        """Words of each paragraph that has some."""
        return [length for length in map(len, map(words, self.paragraphs)) if length]

    @cached_property
    def sentences(self) -> list[list[str]]:
        """The words of each sentence of the paragraphs. An item of a list is one, whatever it ends with."""
        found = (
            words(sentence)
            for paragraph in self.paragraphs
            for piece in _pieces(paragraph)
            for sentence in sentencex.segment(self.language, piece)
        )
        return [sentence for sentence in found if sentence]


def read(body: str, language: str) -> Text:
    """The text of a post's Markdown without its title, or of its first `MOST` characters."""
    reader = _Reader()
    for before, token in _with_openings(tokens_of(body[:MOST])):
        if token.type == "inline":
            reader.take(before, token)
    headings = [
        Heading(level, text, below)
        for (level, text), below in zip(reader.headings, reader.below[1:], strict=True)
    ]
    return Text(
        language=language.split("-")[0].lower(),
        paragraphs=tuple(reader.paragraphs),
        headings=tuple(headings),
        opening=reader.below[0],
        cells=tuple(reader.cells),
        links=tuple(reader.links),
        images=tuple(reader.images),
    )


class _Reader:
    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.below = [0]
        self.cells: list[str] = []
        self.links: list[str] = []
        self.images: list[str] = []

    def take(self, opening: Token, inline: Token) -> None:
        children = inline.children or []
        text = _plain(children)
        self.links += _links(children)
        self.images += [_plain(child.children or []) for child in children if child.type == "image"]
        if opening.type == "heading_open":
            self.headings.append((int(opening.tag[1]), text))
            self.below.append(0)
            return
        self.below[-1] += len(words(text))
        if opening.type == "paragraph_open":
            self.paragraphs.append(text)
        else:
            self.cells.append(text)


def _with_openings(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    return pairwise(tokens)


def _plain(children: Sequence[Token]) -> str:
    return "".join(map(_words_of, children)).strip()


def _words_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return _plain(token.children or [])
    return token.content if token.type in ("text", "code_inline") else ""


def _links(children: Sequence[Token]) -> list[str]:
    found: list[str] = []
    inside: list[Token] | None = None
    for child in children:
        if child.type == "link_open":
            inside = []
        elif child.type == "link_close" and inside is not None:
            found.append(_plain(inside))
            inside = None
        elif inside is not None:
            inside.append(child)
    return found


def _pieces(paragraph: str) -> Iterator[str]:
    """The paragraph in pieces that end at a blank where there is one."""
    while len(paragraph) > _PIECE:
        end = paragraph.rfind(" ", _PIECE // 2, _PIECE) + 1 or _PIECE
        yield paragraph[:end]
        paragraph = paragraph[end:]
    yield paragraph
