"""What of a Markdown text is prose and what is code, as a Markdown parser sees it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

_parser = (
    MarkdownIt("commonmark", {"html": False})
    .enable("table")
    .use(footnote_plugin, inline=False, move_to_end=False)
    .disable(["inline", "text_join"])
)
_BACKTICKS = re.compile(r"\\.|`+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Lines of code, labels and lines of link definitions, and labels of footnotes that have a text."""

    code: frozenset[int]
    links: frozenset[str]
    link_lines: frozenset[int]
    footnotes: frozenset[str]


def blocks(markdown: str) -> Blocks:
    """What the lines of `markdown` are."""
    env: dict[str, Any] = {}
    tokens = _parser.parse(markdown, env)
    links = env.get("references", {})
    return Blocks(
        code=_lines(token.map for token in tokens if token.type in ("fence", "code_block")),
        links=frozenset(links),
        link_lines=_lines(link["map"] for link in [*links.values(), *env.get("duplicate_refs", [])]),
        footnotes=frozenset(label.removeprefix(":") for label in env.get("footnotes", {}).get("refs", {})),
    )


def _lines(ranges: Iterator[list[int] | None]) -> frozenset[int]:
    return frozenset(line for each in ranges if each for line in range(*each))


def rewritten(
    markdown: str, found: Blocks, rewrite: Callable[[str], str], *, drop: frozenset[int] = frozenset()
) -> str:
    """`markdown` with its prose as `rewrite` makes it, piece by piece, and without the lines to `drop`."""
    kept: list[tuple[bool, str]] = []
    for number, line in enumerate(markdown.split("\n")):
        is_second_blank = number - 1 in drop and not line.strip() and not (kept and kept[-1][1].strip())
        if number not in drop and not is_second_blank:
            kept.append((number in found.code, line))
    pieces = groupby(kept, key=itemgetter(0))
    texts = ((is_code, "\n".join(line for _, line in group)) for is_code, group in pieces)
    return "\n".join(text if is_code else rewrite(text) for is_code, text in texts)


def code_spans(text: str) -> dict[int, int]:
    """Where each code span of some prose begins and ends."""
    runs = [found for found in _BACKTICKS.finditer(text) if found[0][0] == "`"]
    spans: dict[int, int] = {}
    following: dict[int, list[int]] = {}
    for place in range(len(runs) - 1, -1, -1):
        following.setdefault(len(runs[place][0]), []).append(place)
    place = 0
    while place < len(runs):
        same = following[len(runs[place][0])]
        while same and same[-1] <= place:
            same.pop()
        if same:
            spans[runs[place].start()] = runs[same[-1]].end()
            place = same[-1]
        place += 1
    return spans
