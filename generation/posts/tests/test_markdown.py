"""The renderer keeps prose and removes everything that runs or loads."""

import re

import pytest

from generation.posts.markdown import render

PROSE = [
    ("*tides*", "<em>tides</em>"),
    ("### Why", "<h3>Why</h3>"),
    ("- a\n- b", "<ul>"),
    ("| a | b |\n|---|---|\n| 1 | 2 |", "<table>"),
    ("`x < y`", "<code>x &lt; y</code>"),
    ("[a](https://example.org)", 'href="https://example.org"'),
    ("مد وجزر 🌊", "مد وجزر 🌊"),
]

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=//evil.example></iframe>",
    "<style>*{display:none}</style>",
    '<p style="position:fixed">x</p>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '[x](https://a.example "onmouseover=alert(1)")',
    "```html\n<script>alert(1)</script>\n```",
    "<!--><script>alert(1)</script>-->",
    "[a]: javascript:alert(1)\n\n[a]",
]

HARMFUL = {"script", "img", "svg", "iframe", "style", "math", "object"}
RUNS = r"(?i)\bon\w+\s*=|style\s*=|javascript:|data:|vbscript:"


@pytest.mark.parametrize(("text", "html"), PROSE)
def test_prose_comes_through(text: str, html: str) -> None:
    assert html in render(text)


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_runs_or_loads(text: str) -> None:
    for name, attributes in re.findall(r"<\s*(\w+)([^>]*)>", render(text)):
        assert name.lower() not in HARMFUL
        assert not re.search(RUNS, re.sub(r'title="[^"]*"', "", attributes))
