"""A post as its readers see it: each part with its HTML."""

import sys
from dataclasses import dataclass

from generation.models import Post
from generation.posts.kept import Kept
from generation.posts.markdown import framed, render_edited, render_for_page


@dataclass(frozen=True, slots=True)
class PartHtml:
    """`html` is sanitized. `heading` is text; the introduction has none."""

    name: str
    heading: str
    html: str


def parts_as_html(post: Post) -> list[PartHtml]:
    """The parts of the post, in order.

    A model's post shows no links, since it invents them, and has none. Once a person has saved a version of
    it, or if they brought it, links are shown: what models write into it later comes without any that were
    not there.
    """
    return [
        PartHtml(part["name"], part["heading"], html)
        for part, html in zip(post.parts, _texts(post), strict=True)
    ]


def _texts(post: Post) -> list[str]:
    if not post.is_by_a_person:
        return [_part(part["text"]) for part in post.parts]
    opening, sections = _edited(post.content_markdown.removeprefix(f"# {post.title}\n\n"))
    first = [opening] if len(sections) < len(post.parts) else []
    return [framed(html) for html in [*first, *sections]]


def _size(edited: tuple[str, list[str]]) -> int:
    opening, sections = edited
    return sum(map(sys.getsizeof, (opening, *sections)))


_part = Kept(render_for_page, sys.getsizeof)
_edited = Kept(render_edited, _size)
