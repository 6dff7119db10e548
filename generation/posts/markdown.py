"""Renders Markdown to sanitised HTML. There is no other renderer and no other sanitiser.

CommonMark with tables, strikethrough, task lists and footnotes. Links and images show their words only: a
post has no sources, so every address in it is invented.
"""

import re
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from generation.posts.emphasis import CjkFriendlyInline

_TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote",
    "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "sup", "section", "label", "input",
}  # fmt: skip
_CLASSES = {"section": {"footnotes"}, "li": {"task-list-item"}}
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_LINE_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)


def render(text: str) -> str:
    """`text` as HTML with prose tags only: no scripts, styles, images, links, ids or inline styles."""
    return nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"ol": {"start"}, "input": {"checked", "disabled"}},
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        allowed_classes=_CLASSES,
        link_rel=None,
    )


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


def _made() -> MarkdownIt:
    markdown = MarkdownIt()
    markdown.inline = CjkFriendlyInline()
    markdown.configure("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    markdown.use(footnote_plugin, inline=False)
    markdown.core.ruler.after("inline", "task_lists", _task_lists)
    markdown.inline.ruler.before("autolink", "line_break", _line_break)
    for name in ("link_open", "link_close", "footnote_anchor"):
        markdown.add_render_rule(name, _nothing)
    markdown.add_render_rule("image", _words)
    markdown.add_render_rule("footnote_ref", _footnote_number)
    markdown.add_render_rule("footnote_block_open", _footnotes)
    markdown.add_render_rule("footnote_open", _footnote)
    return markdown


_markdown = _made()
