"""Footnotes of a part, with labels that no other part of the post has."""

import re

from generation.pipeline.blocks import blocks, code_spans, rewritten

_TOKEN = re.compile(r"\\.|`+|[ \t]?\[\^([^\s\[\]]{1,100})\](:?)", re.DOTALL)


def with_own_labels(markdown: str, part: str, known: str = "") -> str:
    """`markdown` with `[^1]` as `[^section-2-1]`, and without marks that have no footnote.

    Marks of `known`, the text that this one is made of, stay: their footnotes may be elsewhere in the post.
    """
    if "[^" not in markdown:
        return markdown
    found = blocks(markdown)
    kept = frozenset(mark[1] for mark in _TOKEN.finditer(known) if mark[1])
    return rewritten(markdown, found, lambda prose: _renamed(prose, part, found.footnotes - kept, kept))


def _renamed(prose: str, part: str, labels: frozenset[str], kept: frozenset[str]) -> str:
    spans, written, position = code_spans(prose), list[str](), 0
    while token := _TOKEN.search(prose, position):
        written.append(prose[position : token.start()])
        position = spans.get(token.start(), token.end())
        if token[1] is None or token[1] in kept:
            written.append(prose[token.start() : position])
        elif token[1] in labels:
            written.append(token[0].replace("[^", f"[^{part}-", 1))
    return "".join(written) + prose[position:]
