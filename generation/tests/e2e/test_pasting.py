"""What the editor makes of a clipboard: Markdown, from Word, Google Docs and pages of others."""

from typing import Any

import pytest

pytestmark = pytest.mark.e2e

CONVERTED = "(html) => import('/static/js/editor/paste.js').then(({ toMarkdown }) => toMarkdown(html))"
PASTED = """
([html, shift]) => import("/static/js/editor/view.js").then(({ mount }) => {
  const host = document.querySelector("main").appendChild(document.createElement("div"));
  const view = mount(host, { text: "", direction: "auto", language: "en", label: "", empty: "", more: [] });
  const send = (event) => view.contentDOM.dispatchEvent(event);
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", "plain");
  send(new KeyboardEvent("keydown", { key: "v", ctrlKey: true, shiftKey: shift, bubbles: true }));
  send(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  return view.state.doc.toString();
})
"""
DOCS = """
<b style="font-weight:normal" id="docs-internal-guid-1"><h1><span style="font-weight:400">Tides</span></h1>
<p><span>Plain </span><span style="font-weight:700">bold</span>
<span style="font-style:italic">slanted </span>
<a href="https://www.google.com/url?q=https://example.com/a%3Fb%3D1">link</a>
<sup><a href="#ftnt1">[1]</a></sup></p>
<ul><li aria-level="1"><p>One</p></li><ul><li aria-level="2"><p>Nested</p></li></ul><li><p>Two</p></li></ul>
<div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span> A note.</span></p></div></b>"""
WORD = """
<html xmlns:o="urn"><head><style>p { color: red }</style></head><body><!--StartFragment-->
<p class=MsoNormal style='mso-margin-top-alt:auto'>Some <b>bold </b>words.<o:p></o:p></p>
<p style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span>
</span><![endif]>One</p><p style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>Nested</p>
<p class=MsoNormal>See<a href="#_ftn1" name="_ftnref1"><span>[1]</span></a></p>
<table><tr><td><p>A</p></td><td align=right>B|C</td></tr><tr><td>1</td><td>2</td></tr></table>
<div style='mso-element:footnote'><p><a href="#_ftnref1"><span>[1]</span></a> A note.</p></div>
</body></html>"""
HOSTILE = """
<p onclick="ran()">x<script>ran()</script><img src="/hostile" onerror="ran()"><a href="javascript:ran()"
>y</a><svg onload="ran()"><script>ran()</script></svg><iframe src="/hostile"></iframe>
<style>@import "/hostile"</style></p><p>&lt;img src=/hostile onerror=ran()&gt;</p>"""
TABLE = "| A | B\\|C |\n| --- | --: |\n| 1 | 2 |"
CASES = {
    DOCS: "## Tides\n\nPlain **bold** *slanted* [link](https://example.com/a?b=1) [^1]\n\n"
    "- One\n  - Nested\n- Two\n\n[^1]: A note.",
    WORD: f"Some **bold** words.\n\n- One\n  - Nested\n\nSee[^1]\n\n{TABLE}\n\n[^1]: A note.",
    HOSTILE: "xy\n\n\\<img src=/hostile onerror=ran()>",
    "<ol start=3><li>a<ol><li>inner</li></ol></li><li>b</li></ol>": "3. a\n   1. inner\n4. b",
    "<p># none</p><p>1. none</p><p>a*b_c</p>": "\\# none\n\n1\\. none\n\na\\*b\\_c",
    "<p>one<br>two</p><pre>a\n  b</pre>": "one  \ntwo\n\n```\na\n  b\n```",
    "<p><code>a`b</code> <b>a</b><b>b</b> <b><i>both</i></b></p>": "``a`b`` **ab** ***both***",
    "<blockquote><p>a</p><p>b</p></blockquote>": "> a\n>\n> b",
    "<ul><li><input type=checkbox checked>Done</li></ul>": "- [x] Done",
}


@pytest.fixture
def blank(page: Any) -> Any:
    """A page of ours, on which `ran` says that something ran."""
    page.goto("/posts")
    page.evaluate("window.ran = () => (window.hacked = true), null")
    return page


def test_what_is_pasted_becomes_markdown(blank: Any, complaints: list[str]) -> None:
    asked: list[str] = []
    blank.on("request", lambda request: asked.append(request.url))
    for html, markdown in CASES.items():
        assert blank.evaluate(CONVERTED, html) == markdown
    assert not blank.evaluate("window.hacked")
    assert not [url for url in asked if "hostile" in url]
    assert complaints == []


def test_with_shift_it_stays_plain(blank: Any) -> None:
    assert blank.evaluate(PASTED, ["<p>So <b>bold</b></p>", False]) == "So **bold**"
    assert blank.evaluate(PASTED, ["<p>So <b>bold</b></p>", True]) == "plain"
