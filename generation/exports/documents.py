"""Word, OpenDocument and LaTeX, by pandoc. It gets our HTML: of Markdown it loses where a line starts."""

import asyncio
from functools import cache
from importlib.util import find_spec

from django.template.loader import render_to_string
from lxml import etree
from lxml import html as lxml_html

from blogai.core import cage
from generation.exports.edition import Edition

type Element = etree._Element

_BOXES = {True: "☒ ", False: "☐ "}
"""What pandoc takes for boxes at the beginning of an item."""
HEAP = 512
"""Megabytes."""
LIMITS = cage.Limits(memory=2 << 30)
"""Of addresses, which Haskell reserves more of than it uses: the heap has a limit of its own."""


def available() -> bool:
    return find_spec("pypandoc") is not None


async def convert(edition: Edition, writer: str) -> bytes:
    """The post as `writer` writes it: pandoc's name for a format. Raises CageError and Unavailable."""
    command = [
        *(_pandoc(), "--sandbox", "--standalone", "--from=html", f"--to={writer}", "--output=-"),
        "--shift-heading-level-by=-1",  # the title is no heading of these formats
        *(["--metadata=dir:rtl"] if edition.direction == "rtl" else []),
        *("+RTS", f"-M{HEAP}m", "-RTS"),
    ]
    sent = await asyncio.to_thread(source, edition, with_pictures=writer != "latex")
    return await cage.run(command, sent, LIMITS)


def source(edition: Edition, *, with_pictures: bool = True) -> bytes:
    """The HTML that pandoc understands best. Without pictures, it has their descriptions."""
    text = lxml_html.fragment_fromstring(edition.html, create_parent="div")
    if edition.direction == "rtl":
        text.set("dir", "rtl")
    if not with_pictures:  # LaTeX would want them as files beside the text
        _describe_pictures(text)
    _write_boxes(text)
    _lower_notes(text)
    _turn_blocks(text)
    context = {"edition": edition, "text": lxml_html.tostring(text, encoding="unicode")}
    return render_to_string("generation/exports/pandoc.html", context).encode()


@cache
def _pandoc() -> str:
    import pypandoc

    return str(pypandoc.get_pandoc_path())


def _write_boxes(text: Element) -> None:
    for box in list(text.iter("input")):
        box.tail = _BOXES[box.get("checked") is not None] + (box.tail or "").lstrip()
        box.drop_tag()
    for label in list(text.iter("label")):
        label.drop_tag()


def _describe_pictures(text: Element) -> None:
    for picture in list(text.iter("img")):
        picture.tail = picture.get("alt", "") + (picture.tail or "")
        picture.drop_tag()


def _lower_notes(text: Element) -> None:
    """A note's mark is raised already."""
    for link in text.iter("a"):
        link.getparent().drop_tag()


def _turn_blocks(text: Element) -> None:
    """`dir` means something to pandoc on a div only."""
    for block in list(text.xpath(".//*[@dir]")):
        turned = lxml_html.Element("div", dir=block.attrib.pop("dir"))
        if block.tag in {"li", "td", "th"}:
            turned.text, block.text = block.text, None
            turned.extend(list(block))
            block.append(turned)
        else:
            turned.tail, block.tail = block.tail, None
            block.getparent().replace(block, turned)
            turned.append(block)
