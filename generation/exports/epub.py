"""EPUB 3, written by hand: a zip with a description, a table of contents, the text and its pictures."""

import base64
import zipfile
from datetime import UTC
from io import BytesIO

from django.template.loader import render_to_string
from lxml import etree
from lxml import html as lxml_html

from generation.exports.edition import Edition

type Element = etree._Element
type Picture = tuple[str, str, bytes]
"""Its name, type and content."""

OPS = "http://www.idpf.org/2007/ops"
_BOXES = {True: "☑", False: "☐"}


def epub(edition: Edition) -> bytes:
    text = lxml_html.fragment_fromstring(edition.html, create_parent="div")
    pictures = _without_pictures(text)
    _without_boxes(text)
    _mark_notes(text)
    sections = [(f"section-{number}", heading) for number, heading in enumerate(text.iter("h2"), 1)]
    for name, heading in sections:
        heading.set("id", name)
    etree.cleanup_namespaces(text, top_nsmap={"epub": OPS})
    context = {
        "edition": edition,
        "modified": f"{edition.updated_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "sections": [(name, " ".join(heading.itertext()).strip()) for name, heading in sections],
        "pictures": [(name, kind) for name, kind, _ in pictures],
        "text": etree.tostring(text, encoding="unicode"),
    }
    files = [
        ("META-INF/container.xml", "epub/container.xml"),
        ("EPUB/package.opf", "epub/package.opf"),
        ("EPUB/contents.xhtml", "epub/contents.xhtml"),
        ("EPUB/post.xhtml", "epub/post.xhtml"),
        ("EPUB/post.css", "post.css"),
    ]
    contents = [(name, render_to_string(f"generation/exports/{file}", context)) for name, file in files]
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)  # readers look for it first
        for name, content in contents:
            book.writestr(name, content)
        for name, _, picture in pictures:
            book.writestr(f"EPUB/{name}", picture)
    return packed.getvalue()


def _without_pictures(text: Element) -> list[Picture]:
    """Takes the pictures out of the text, which then names the files that they will be."""
    pictures: dict[str, Picture] = {}
    for image in text.iter("img"):
        address = image.get("src", "")
        if address not in pictures:
            kind, _, data = address.removeprefix("data:").partition(";base64,")
            name = f"picture-{len(pictures) + 1}.{kind.removeprefix('image/')}"
            pictures[address] = (name, kind, base64.b64decode(data))
        image.set("src", pictures[address][0])
    return list(pictures.values())


def _without_boxes(text: Element) -> None:
    """A form's box would make it a scripted book."""
    for box in list(text.iter("input")):
        sign = lxml_html.fragment_fromstring(f"<span>{_BOXES[box.get('checked') is not None]}</span>")
        sign.tail = box.tail
        box.getparent().replace(box, sign)
    for label in list(text.iter("label")):
        label.drop_tag()


def _mark_notes(text: Element) -> None:
    """Readers open notes in a window of their own."""
    for link in text.iter("a"):
        link.set(f"{{{OPS}}}type", "noteref")
    for note in text.iterfind(".//section/ol/li"):
        note.set(f"{{{OPS}}}type", "footnote")
