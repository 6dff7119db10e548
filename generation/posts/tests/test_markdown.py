"""The renderer keeps prose and removes everything that runs or loads."""

import re
from collections.abc import Callable

import pytest

from generation.posts.markdown import render, render_document

PROSE = [
    ("*tides*", "<em>tides</em>"),
    ("### Why", "<h3>Why</h3>"),
    ("- a\n- b", "<ul>"),
    ("| a | b |\n|---|---|\n| 1 | 2 |", "<table>"),
    ("`x < y`", "<code>x &lt; y</code>"),
    ("Wood<br>Plastic<BR />x", "Wood<br>\nPlastic<br>\nx"),
    ("| a |\n|---|\n| Wood<br>Plastic |", "<td>Wood<br>\nPlastic</td>"),
    ("`a<br>b`", "<code>a&lt;br&gt;b</code>"),
    ("- [ ] to *do*", '<input disabled="" type="checkbox"> to <em>do</em></label>'),
    ("- [x] done", '<input checked="" disabled="" type="checkbox"> done'),
    ("- [ ]\n- [y] no\n\n[ ] no", "[ ]</li>\n<li>[y] no</li>\n</ul>\n<p>[ ] no</p>"),
    ("A[^1].\n\n[^1]: *Note*", "A<sup>1</sup>."),
    ("A[^1].\n\n[^1]: *Note*", "<li><p><em>Note</em></p>"),
    ("A[^1] b[^2].", "A[^1] b[^2]."),
    ("مد وجزر 🌊", "مد وجزر 🌊"),
]

LINKS = [
    ("[the *guide*](https://x.example 'T')", "the <em>guide</em>"),
    ("[a](/b) [c](//x.example) [d](mailto:e@x.example)", "a c d"),
    ("![a **bird**](https://x.example/bird.png)", "a <strong>bird</strong>"),
    ("[![bird](b.png)](https://x.example)", "bird"),
    ("[guide][1]\n\n[1]: https://x.example", "guide"),
    ("<https://x.example>", "https://x.example"),
]

# The first six are the amendment's own kinds of cases, in words of ours.
EMPHASIS = [
    (
        "**“先看再写”**这一步。**结论（重要）：**后面",
        "<strong>“先看再写”</strong>这一步。<strong>结论（重要）：</strong>后面",
    ),
    ("これは**「大事」**です", "これは<strong>「大事」</strong>です"),
    ("**水（water）**を", "<strong>水（water）</strong>を"),
    ("**이 말(word)**을", "<strong>이 말(word)</strong>을"),
    ("*`水`*を", "<em><code>水</code></em>を"),
    ("~~（旧）~~新", "<s>（旧）</s>新"),
    ("葛\U000e0100**（旧）**", "葛\U000e0100<strong>（旧）</strong>"),
    ('a**"b"**c', 'a**"b"**c'),
    ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
    ("**bold**, *(it)* and __both__.", "<strong>bold</strong>, <em>(it)</em> and <strong>both</strong>."),
    ('🌱**"b"**🌱', '🌱<strong>"b"</strong>🌱'),
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
    "- [x] <input onfocus=alert(1) autofocus>",
    "A[^<script>].\n\n[^<script>]: <script>alert(1)</script>",
    "<br onclick=alert(1)>",
    "[x](java\tscript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](&#106;avascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](javascript&#x3A;alert`1`)",
    "[[[x](a)](javascript:alert(1))](((data:text/html,x)))",
    "[x](a(b(c(javascript:alert(1)))))",
    "![x](javascript:alert(1)",
    "<javascript:alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img\n\nsrc=x onerror=alert(1)>",
    "<a hr\\\nef=javascript:alert(1)>x</a>",
    "## x</h2><script>alert(1)</script>",
    "x\n</h1><img src=x onerror=alert(1)>\n===",
    "| <img src=x | onerror=alert(1)> |\n|---|---|\n| a | b |",
    "`</code><svg onload=alert(1)>`",
    "~~~\n</pre><svg onload=alert(1)>\n~~~",
    "<?php x ?><![CDATA[<script>alert(1)</script>]]>",
    "\u2028<script\u2028>alert(1)</script>",
]

HARMFUL = {"script", "img", "svg", "iframe", "style", "math", "object"}
RUNS = r"(?i)\bon\w+\s*=|style\s*=|javascript:|data:|vbscript:"


@pytest.mark.parametrize(("text", "html"), PROSE)
def test_prose_comes_through(text: str, html: str) -> None:
    assert html in render(text)


@pytest.mark.parametrize(("text", "words"), LINKS)
def test_links_are_words(text: str, words: str) -> None:
    assert render(text) == f"<p>{words}</p>\n"


@pytest.mark.parametrize(("text", "html"), EMPHASIS)
def test_emphasis_beside_any_script(text: str, html: str) -> None:
    assert render(text) == f"<p>{html}</p>\n"


def test_a_document_of_ours_keeps_its_links_and_can_be_linked_to() -> None:
    links = "[a](/b) [c](https://d.example) [e](mailto:f@d.example) [g](//h.example) [i](http://j.example)"
    assert render_document(f"## A *new* page\n\n{links}\n\n## A new page") == (
        '<h2 id="a-new-page">A <em>new</em> page</h2>\n'
        '<p><a href="/b">a</a> <a href="https://d.example">c</a> <a href="mailto:f@d.example">e</a>'
        " <a>g</a> <a>i</a></p>\n"
        '<h2 id="a-new-page-1">A new page</h2>\n'
    )


@pytest.mark.parametrize("rendered", [render, render_document])
@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_runs_or_loads(text: str, rendered: Callable[[str], str]) -> None:
    for name, attributes in re.findall(r"<\s*(\w+)([^>]*)>", rendered(text)):
        assert name.lower() not in HARMFUL
        assert not re.search(RUNS, re.sub(r'title="[^"]*"', "", attributes))
