"""What a post in a file has beside its prose: pictures, the direction of each block, linked notes."""

import base64
import binascii
import unicodedata
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_PICTURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
"""How a file of each type begins. No SVG: it may have scripts, and load what it likes."""
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def add_rules(markdown: MarkdownIt) -> MarkdownIt:
    """`markdown` with them. Its `env` says the direction of the text around: {"direction": "ltr"}."""
    markdown.core.ruler.push("headings", _headings)
    markdown.core.ruler.push("directions", _directions)
    markdown.add_render_rule("image", _picture)
    markdown.add_render_rule("footnote_ref", _note_reference)
    markdown.add_render_rule("footnote_block_open", _notes)
    markdown.add_render_rule("footnote_open", _note)
    return markdown


def is_picture(address: str) -> bool:
    """Whether it is a `data:` address with a picture that is what it says it is."""
    kind, comma, data = address.removeprefix("data:").partition(";base64,")
    if not (address.startswith("data:") and comma and kind in _PICTURES):
        return False
    try:
        return base64.b64decode(data, validate=True).startswith(_PICTURES[kind])
    except binascii.Error:
        return False


def direction_of_letters(text: str, otherwise: str) -> str:
    """ "rtl" or "ltr", by the first letter that has a direction."""
    return next(
        (_STRONG[kind] for kind in map(unicodedata.bidirectional, text) if kind in _STRONG), otherwise
    )


def _headings(state: StateCore) -> None:
    """The title is the only h1."""
    for token in state.tokens:
        if token.tag == "h1":
            token.tag = "h2"


def _directions(state: StateCore) -> None:
    """`dir` for each block that isn't written in the direction of the text around it."""
    around = state.env["direction"]
    for index, token in enumerate(state.tokens):
        if token.type == "inline":
            direction = direction_of_letters(token.content, around)
            if direction != around:
                _block_around(state.tokens, index).attrSet("dir", direction)


def _block_around(tokens: list[Token], index: int) -> Token:
    """The block that opens before the words; of a tight list, whose paragraphs have no tags, the item."""
    return tokens[index - 2] if tokens[index - 1].hidden else tokens[index - 1]


def _picture(self: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    """The image if it is in the text itself; of any other, its description."""
    token = tokens[index]
    if not is_picture(str(token.attrGet("src"))):
        return self.renderInline(token.children or [], options, env)
    token.attrSet("alt", self.renderInlineAsText(token.children, options, env))
    return self.renderToken(tokens, index, options, env)


def _note_reference(self: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    meta = tokens[index].meta
    number, again = meta["id"] + 1, f"-{meta['subId'] + 1}" if meta["subId"] else ""
    link = f'<a href="#note-{number}" id="note-{number}-mark{again}" role="doc-noteref">{number}</a>'
    return f"<sup>{link}</sup>"


def _notes(*_: Any) -> str:
    return '<section class="footnotes" role="doc-endnotes">\n<ol>\n'


def _note(self: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    return f'<li id="note-{tokens[index].meta["id"] + 1}">'
