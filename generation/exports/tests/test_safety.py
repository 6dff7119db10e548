"""Whatever a post says: its web page runs and loads nothing, and its EPUB is XML."""

import zipfile
from io import BytesIO

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from generation.exports.epub import epub
from generation.exports.tests.editions import edition
from generation.exports.web_page import web_page

PIECES = [
    *(
        "<script>alert(1)</script>",
        "</script>",
        "</style>",
        "</article>",
        "<svg onload=alert(1)>",
        "-->",
        "]]>",
    ),
    *(
        "[x](javascript:alert(1))",
        "![x](data:image/svg+xml;base64,PHN2Zy8+)",
        "![x](https://evil.example/p.png)",
    ),
    *("[x](data:text/html;base64,PHN2Zy8+)", "![x](data:image/png;base64,PHN2Zy8+)", '"onerror=alert(1) x="'),
    *(
        "| a |\n|:-:|\n| b |",
        "[^1]",
        "[^1]: note",
        "# h",
        "- [x] t",
        "`c`",
        "\n\n",
        "> ",
        "&#0;",
        "&lt;",
        "مد",
    ),
    *(
        "![x](data:image/png;base64,iVBORw0KGgo= 'onload=alert(1)')",
        "<!--",
        "<a id=x>",
        "\x00",
        "\x0b",
        "\ufffe",
    ),
]
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join)
LOADS = {"a": "#", "img": "data:image/png;base64,"}


@settings(max_examples=100, deadline=None)
@given(text=TEXT, title=TEXT)
@example(text="".join(PIECES), title="".join(PIECES))
def test_nothing_runs_or_loads(text: str, title: str) -> None:
    of = edition(text, title=title)
    for tree in (lxml_html.document_fromstring(web_page(of).decode()), post_of(epub(of))):
        for element in tree.iter(etree.Element):
            tag = etree.QName(element).localname
            assert tag not in {"svg", "iframe", "object", "form", "base"}
            assert tag != "script" or element.get("type") == "application/ld+json"
            for name, value in element.attrib.items():
                assert not name.startswith("on")
                if name in {"href", "src"} and tag in LOADS and tree.tag == "html":
                    assert value.startswith(LOADS[tag])
        assert len(list(tree.iter("script"))) == (tree.tag == "html")


def post_of(book: bytes) -> etree._Element:
    with zipfile.ZipFile(BytesIO(book)) as archive:
        for name in archive.namelist():
            if name.endswith(("xhtml", "opf", "xml")):
                etree.fromstring(archive.read(name))
        return etree.fromstring(archive.read("EPUB/post.xhtml"))
