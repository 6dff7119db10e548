"""Renders Markdown to sanitized HTML. There is no other renderer and no other sanitizer.

CommonMark with tables, strikethrough, task lists and footnotes. In a post, links and images show their words
only: it has no sources, so every address in it is invented. Once a person has edited it, its links are
theirs, and lead to http, https and mail. Documents of our own keep their links, and files that are downloaded
keep pictures that are in the text itself.
"""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.footnote import footnote_plugin

from generation.posts import export_rules
from generation.posts.emphasis import CjkFriendlyInline

_TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote",
    "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "sup", "section", "label", "input",
}  # fmt: skip
_HEADINGS = ("h2", "h3")
"""Those of a document that get an id to link to."""
_ATTRIBUTES = {"ol": {"start"}, "input": {"checked", "disabled"}}
_CLASSES = {"section": {"footnotes"}, "li": {"task-list-item"}}
_ADDRESS = re.compile(r"/(?!/)|#|https://|mailto:")
"""How an address begins that a document may lead to."""
_NOTE = re.compile(r"#?note-\d+(-mark(-\d+)?)?")
_ALIGNED = re.compile(r"text-align:(left|center|right);?")
_DIRECTED = ("p", "li", "h2", "h3", "h4", "h5", "h6", "td", "th")
_ADDRESS_OF_A_PERSON = re.compile(r"https?://|mailto:", re.IGNORECASE)
"""How an address begins that a person's post may lead to."""
FOREIGN = {
    "tags": sorted(_TAGS - {"section", "label", "input"} | {"h1", "a", "img", "b", "i", "del"}),
    "left_out": [
        "script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math", "textarea",
        "select", "button",
    ],
    "attributes": {"a": ["href"], "img": ["alt"], "ol": ["start"]},
    "addresses": _ADDRESS_OF_A_PERSON.pattern,
}  # fmt: skip
"""What is taken over from HTML that isn't ours, and what is left out with its words: for the program that
makes Markdown of it. A page can keep nh3 busy for minutes, so that happens under the limits of `cage`."""
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)


def render(text: str) -> str:
    """`text` as HTML with prose tags only: no scripts, styles, images, links, ids or inline styles."""
    return _clean(_post.render(text), _TAGS, _ATTRIBUTES)


def render_edited(text: str) -> tuple[str, list[str]]:
    """A text that a person has edited: what stands before its first section, and below each heading.

    As `render`, with links, and with footnotes that are defined in another section.
    """
    env: dict[str, Any] = {}
    blocks: list[list[Token]] = [[]]
    heading = False
    for token in _edited.parse(text, env):
        if token.level == 0 and token.type == "heading_open" and token.tag == "h2":
            blocks.append([])
            heading = True
        if not heading:
            blocks[-1].append(token)
        elif token.type == "heading_close":
            heading = False
    opening, *sections = (
        _with_links(_edited.renderer.render(block, _edited.options, env)) for block in blocks
    )
    return opening, sections


def render_edited_for_page(text: str) -> str:
    """All of a text that a person edits, with its headings, as the page of the post shows it."""
    return framed(_with_links(_edited.render(text)))


def _with_links(html: str) -> str:
    return _clean(
        html,
        _TAGS | {"a"},
        _ATTRIBUTES | {"a": {"href"}},
        addresses=_ADDRESS_OF_A_PERSON,
        link_rel="nofollow noopener",
    )


def tokens_of(text: str) -> list[Token]:
    """What `render` makes HTML of: the blocks of `text` in order, each with its inline pieces."""
    return _post.parse(text)


def render_for_page(text: str) -> str:
    """As `render`, with code and tables in frames that can be scrolled by keyboard."""
    return framed(render(text))


def framed(html: str) -> str:
    """What `render` returned, with those frames."""
    return (
        html.replace("<pre>", '<pre tabindex="0" role="group" aria-label="Code">')
        .replace("<table>", '<div class="table-frame" tabindex="0" role="group" aria-label="Table"><table>')
        .replace("</table>", "</table></div>")
    )


def render_document(text: str) -> str:
    """A document of our own, such as a help article: as `render`, with links and an id for each heading."""
    return _clean(
        _document.render(text),
        _TAGS | {"a"},
        _ATTRIBUTES | {"a": {"href"}} | {heading: {"id"} for heading in _HEADINGS},
    )


def render_for_export(text: str, direction: str, *, edited: bool = False) -> str:
    """As `render`, for a file: with aligned columns, linked notes, `data:` pictures, and `dir` where a block
    isn't written in `direction`, "ltr" or "rtl". In XML too: without characters that it can't have. One that
    a person has `edited` has its links."""
    html = nh3.clean(
        (_edited_export if edited else _export).render(printable(text), {"direction": direction}),
        tags=_TAGS | {"a", "img"},
        attributes={
            **_ATTRIBUTES,
            "a": {"href", "id"},
            "li": {"id"},
            "img": {"src", "alt"},
            "td": {"style"},
            "th": {"style"},
        },
        tag_attribute_values={
            "input": {"type": {"checkbox"}},
            "a": {"role": {"doc-noteref"}},
            "section": {"role": {"doc-endnotes"}},
            **{tag: {"dir": {"ltr", "rtl"}} for tag in _DIRECTED},
        },
        allowed_classes=_CLASSES,
        attribute_filter=_of_an_edited_export if edited else _of_an_export,
        url_schemes={"data", "http", "https", "mailto"} if edited else {"data"},
        link_rel=None,
    )
    return html if direction == "ltr" else html.replace("<pre>", '<pre dir="ltr">')


def printable(text: str) -> str:
    """`text` without control characters and others that XML can't have."""
    return _UNPRINTABLE.sub("", text)


def _clean(
    html: str,
    tags: set[str],
    attributes: dict[str, set[str]],
    *,
    addresses: re.Pattern[str] = _ADDRESS,
    link_rel: str | None = None,
) -> str:
    def without_odd_addresses(tag: str, name: str, value: str) -> str | None:
        return None if name == "href" and not addresses.match(value) else value

    return nh3.clean(
        html,
        tags=tags,
        attributes=attributes,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        allowed_classes=_CLASSES,
        attribute_filter=without_odd_addresses,
        link_rel=link_rel,
    )


def _of_an_export(tag: str, name: str, value: str) -> str | None:
    allowed: dict[str, Callable[[str], object]] = {
        "href": _NOTE.fullmatch,
        "id": _NOTE.fullmatch,
        "style": _ALIGNED.fullmatch,
        "src": export_rules.is_picture,
    }
    return value if name not in allowed or allowed[name](value) else None


def _of_an_edited_export(tag: str, name: str, value: str) -> str | None:
    is_link = name == "href" and _ADDRESS_OF_A_PERSON.match(value)
    return value if is_link else _of_an_export(tag, name, value)


def _line_break(state: StateInline, silent: bool) -> bool:
    """`<br>`, the only HTML that has a meaning: a table's cell can have no other line break."""
    found = _LINE_BREAK.match(state.src, state.pos, state.posMax)
    if found and not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end() if found else state.pos
    return found is not None


def _task_lists(state: StateCore) -> None:
    """List items that begin with [ ] or [x], with a box. (mdit-py-plugins' rule is quadratic in the list.)"""
    for item, paragraph, words in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        task = _TASK.match(words.content) if words.type == "inline" else None
        if task and words.children and (item.type, paragraph.type) == ("list_item_open", "paragraph_open"):
            item.attrSet("class", "task-list-item")
            words.children[0].content = words.children[0].content[task.end() :]
            checked = "" if task[1] == " " else "checked "
            box = f'<label><input {checked}disabled type="checkbox"> '
            words.children = [_html(box), *words.children, _html("</label>")]


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)


def _nothing(*_: Any) -> str:
    return ""


def _words(self: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    """What an image shows: its description."""
    return self.renderInline(tokens[index].children or [], options, env)


def _footnote_number(self: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    return f"<sup>{tokens[index].meta['id'] + 1}</sup>"


def _footnotes(*_: Any) -> str:
    return '<section class="footnotes">\n<ol>\n'


def _footnote(*_: Any) -> str:
    return "<li>"


def _both() -> MarkdownIt:
    """What posts and documents have in common."""
    markdown = MarkdownIt()
    markdown.inline = CjkFriendlyInline()
    markdown.configure("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    markdown.use(footnote_plugin, inline=False)
    markdown.core.ruler.after("inline", "task_lists", _task_lists)
    markdown.inline.ruler.before("autolink", "line_break", _line_break)
    markdown.add_render_rule("footnote_anchor", _nothing)
    markdown.add_render_rule("image", _words)
    markdown.add_render_rule("footnote_ref", _footnote_number)
    markdown.add_render_rule("footnote_block_open", _footnotes)
    markdown.add_render_rule("footnote_open", _footnote)
    return markdown


def _for_posts() -> MarkdownIt:
    markdown = _both()
    for name in ("link_open", "link_close"):
        markdown.add_render_rule(name, _nothing)
    return markdown


def _for_edited_posts() -> MarkdownIt:
    """A title in the text is a heading like those of sections: the page has a title already."""
    markdown = _both()
    for name in ("heading_open", "heading_close"):
        markdown.add_render_rule(name, _below_the_title)
    return markdown


def _below_the_title(self: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    if tokens[index].tag == "h1":
        tokens[index].tag = "h2"
    return self.renderToken(tokens, index, options, env)


_post = _for_posts()
_export = export_rules.add_rules(_for_posts())
_edited_export = export_rules.add_rules(_for_edited_posts())
_edited = _for_edited_posts()
_document = _both().use(anchors_plugin, min_level=2, max_level=3)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in plain text, and the characters from which and to which it stands."""

    text: str
    start: int
    end: int
    level: int = 2


def headings_of(text: str, levels: Container[int] = (2,)) -> list[Heading]:
    """Where a post's sections begin, or its headings of other levels: not in code, lists or quotations."""
    blocks = [token for token in _outline.parse(text) if token.level == 0 or token.type == "inline"]
    found = [
        (opening.map, words.content, int(opening.tag[1]))
        for opening, words in pairwise(blocks)
        if opening.type == "heading_open" and int(opening.tag[1]) in levels and opening.map
    ]
    if not found:
        return []
    lines = [0, *(at.end() for at in re.finditer(r"\r\n?|\n", text)), len(text)]
    return [
        Heading(_plain(words), lines[first], lines[after], level) for (first, after), words, level in found
    ]


def _plain(words: str) -> str:
    """The words of a line of Markdown as a reader sees them."""
    tokens = _post.parseInline(words[:1000])[0].children or []
    return "".join(
        token.content if token.type in ("text", "code_inline") else " " * (token.type == "softbreak")
        for token in tokens
    )


def _for_outlines() -> MarkdownIt:
    """Finds the blocks of a post, and does not look into them."""
    markdown = _for_posts()
    markdown.core.ruler.enableOnly(["normalize", "block"])
    return markdown


_outline = _for_outlines()
