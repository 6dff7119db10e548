"""Links and images taken out of a model's Markdown: their words stay, their addresses go.

A post has no sources, so every address in it is invented. Code stays as it is.
"""

import re

from markdown_it.common.utils import normalizeReference

from generation.pipeline.blocks import blocks, code_spans, rewritten

_MAYBE = re.compile(r"\][(:]|<[a-z]|://|\bwww\.", re.IGNORECASE)
"""Without one of these there is no address."""

_TOKEN = re.compile(
    r"\\[!-/:-@\[-`{-~]|`+|!?\[|\]|<(?=[a-z/])|\n[ \t>]*+(?=\n)"
    r"|(?<![a-z0-9/])(?:(?:https?|ftp)://|www\.)(?=\w)",
    re.IGNORECASE,
)
_IN_ANGLES = re.compile(
    r"<(?:(?P<url>(?:https?|ftp)://[!-;=?-~]{1,2000}+)|(?:mailto:)?(?P<mail>[\w.+-]{1,100}+@[\w.-]{1,200}+)"
    r"|a\s[^<>]{0,2000}+|/a\s?|(?P<image>img\s[^<>]{0,2000}+))>",
    re.IGNORECASE,
)
_ALT = re.compile(r"""\salt\s?=\s?["']([^"'<>]{0,500})["']""", re.IGNORECASE)
_BARE = re.compile(r"[!#-);+-;=?-Z_a-z~%]{1,2000}")
_BARE_ADDRESS = re.compile(
    r"(?<![a-z0-9/])(?:(?:https?|ftp)://|www\.)(?=\w)[!#-);+-;=?-Z_a-z~%]{1,2000}", re.IGNORECASE
)
_HOST = re.compile(r"(?:(?:https?|ftp)://)?(?:[^/?#@]{0,200}@)?(?:www\.)?([^/?#]*)", re.IGNORECASE)

_NESTED = r"\((?:[^\s()\\]|\\.)*+\)"
_TARGET = re.compile(
    rf"\(\s*+(?:<[^<>\n]*+>|(?:[^\s()\\]|\\.|{_NESTED})++)?+"
    r"(?:\s++(?:\"(?:[^\"\\]|\\.){0,500}+\"|'(?:[^'\\]|\\.){0,500}+'|\((?:[^()\\]|\\.){0,500}+\)))?+\s*+\)",
    re.DOTALL,
)
_LABEL = re.compile(r"\[([^\[\]]{0,999})\]")
_LONGEST_LABEL = 999
_SOURCE = re.compile(r"\d{1,2}")
"""The words of a link that is only the number of a source."""


def without_links(markdown: str, known: str = "") -> str:
    """`markdown` without links, images and link definitions. Of a bare address its host stays.

    What is linked to in `known`, the text that this one is made of, stays linked. It takes time in proportion
    to the text.
    """
    if not _MAYBE.search(markdown):
        return markdown
    found = blocks(markdown)
    addresses = _addresses(known)
    return rewritten(
        markdown, found, lambda prose: _Prose(prose, found.links, addresses).unlinked(), drop=found.link_lines
    ).strip("\n")


def _addresses(text: str) -> frozenset[str]:
    """The targets of links in `text`, in their parentheses, and its bare addresses."""
    if not _MAYBE.search(text):
        return frozenset()
    bare = (_without_end(found[0]) for found in _BARE_ADDRESS.finditer(text))
    return frozenset([*(found[0] for found in _TARGET.finditer(text)), *bare])


class _Prose:
    """Some prose that is gone through once, from token to token."""

    def __init__(self, text: str, labels: frozenset[str], known: frozenset[str]) -> None:
        self._text = text
        self._labels = labels
        self._known = known
        self._spans = code_spans(text)
        self._written: list[str] = []
        self._open: list[tuple[int, int]] = []
        """Of each open bracket, its place in `_written` and that of what follows it in the text."""

    def unlinked(self) -> str:
        position = 0
        while token := _TOKEN.search(self._text, position):
            self._written.append(self._text[position : token.start()])
            position = self._take(token)
        return "".join(self._written) + self._text[position:]

    def _take(self, token: re.Match[str]) -> int:
        """Write what the token comes to. Returns where the text goes on."""
        kind = token[0][0]
        if kind == "`":
            return self._write(self._text[token.start() : self._spans.get(token.start(), token.end())], token)
        if token[0] in ("[", "!["):
            self._open.append((len(self._written), token.end()))
        elif kind == "]" and self._open:
            return self._close(token)
        elif kind == "<":
            return self._take_angles(token)
        elif kind == "\n":
            self._open.clear()  # a link does not go over the end of a paragraph
        elif kind.isalpha():
            return self._take_address(token)
        return self._write(token[0], token)

    def _write(self, text: str, token: re.Match[str]) -> int:
        self._written.append(text)
        return token.start() + max(len(text), len(token[0]))

    def _close(self, token: re.Match[str]) -> int:
        place, start = self._open.pop()
        end = self._end_of_link(start, token)
        if end is None:
            return self._write("]", token)
        if self._text[token.end() : end] in self._known:
            self._written.append(self._text[token.start() : end])
            return end
        self._written[place] = ""
        if _SOURCE.fullmatch(self._text, start, token.start()):
            del self._written[place:]
            self._written.append(self._written.pop().rstrip(" ") if self._written else "")
        return end

    def _end_of_link(self, start: int, token: re.Match[str]) -> int | None:
        """Where the link ends whose words began at `start`; None if it is none."""
        target = _TARGET.match(self._text, token.end())
        if target:
            return target.end()
        label = _LABEL.match(self._text, token.end())
        if label and label[1] and normalizeReference(label[1]) in self._labels:
            return label.end()
        words = self._text[start : token.start()] if token.start() - start <= _LONGEST_LABEL else ""
        if words and normalizeReference(words) in self._labels:
            return label.end() if label and not label[1] else token.end()
        return None

    def _take_angles(self, token: re.Match[str]) -> int:
        found = _IN_ANGLES.match(self._text, token.start())
        if not found:
            return self._write("<", token)
        if found["url"] in self._known:
            self._written.append(found[0])
            return found.end()
        alt = _ALT.search(found["image"] or "")
        self._written.append(
            _host(found["url"]) if found["url"] else found["mail"] or (alt[1] if alt else "")
        )
        return found.end()

    def _take_address(self, token: re.Match[str]) -> int:
        found = _BARE.match(self._text, token.end())
        address = _without_end(token[0] + found[0]) if found else token[0]
        self._written.append(address if address in self._known else _host(address))
        return token.start() + len(address)


def _host(address: str) -> str:
    """The name of the server in an address, with its port."""
    found = _HOST.match(address)
    return found[1] if found else ""


def _without_end(address: str) -> str:
    """`address` without what belongs to the sentence around it, as GitHub's Markdown sees it."""
    opened, closed = address.count("("), address.count(")")
    while address and (address[-1] in "?!.,:;*_~'\"[]" or (address[-1] == ")" and closed > opened)):
        closed -= address[-1] == ")"
        address = address[:-1]
    return address
