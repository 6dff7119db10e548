"""Every format in which a post can be taken out. A new one is a module here and an entry in `FORMATS`."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from rest_framework.utils.encoders import JSONEncoder

from generation.exports import documents, epub, front_matter, pdf, web_page
from generation.exports.edition import Edition

FEATURE = "export_formats"
"""What a plan must have for those that aren't `free`."""


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`suffix` is that of the file, and how the API calls the format; `label` is how the menu does.

    `heavy`: it is converted by another program, which counts as work. `at_once`: how many go into one zip.
    `available`: whether this installation has what it takes.
    """

    suffix: str
    label: str
    media_type: str
    convert: Callable[[Edition], Awaitable[bytes]]
    free: bool = False
    heavy: bool = False
    at_once: int = 100
    available: Callable[[], bool] = _always

    @property
    def content_type(self) -> str:
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


def _in_thread(convert: Callable[[Edition], bytes]) -> Callable[[Edition], Awaitable[bytes]]:
    async def converted(edition: Edition) -> bytes:
        return await asyncio.to_thread(convert, edition)

    return converted


def _document(writer: str) -> Callable[[Edition], Awaitable[bytes]]:
    return partial(documents.convert, writer=writer)


def _as_json(edition: Edition) -> bytes:
    return json.dumps(edition.reply, cls=JSONEncoder, ensure_ascii=False, indent=2).encode()


FORMATS = {
    each.suffix: each
    for each in (
        Format(
            suffix="md",
            label="Markdown",
            media_type="text/markdown",
            convert=_in_thread(front_matter.markdown),
            free=True,
        ),
        Format(
            suffix="html",
            label="Web page",
            media_type="text/html",
            convert=_in_thread(web_page.web_page),
            free=True,
        ),
        Format(
            suffix="json",
            label="JSON",
            media_type="application/json",
            convert=_in_thread(_as_json),
            free=True,
        ),
        Format(
            suffix="docx",
            label="Word",
            media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            convert=_document("docx"),
            heavy=True,
            at_once=20,
            available=documents.available,
        ),
        Format(
            suffix="odt",
            label="OpenDocument",
            media_type="application/vnd.oasis.opendocument.text",
            convert=_document("odt"),
            heavy=True,
            at_once=20,
            available=documents.available,
        ),
        Format(
            suffix="pdf",
            label="PDF",
            media_type="application/pdf",
            convert=pdf.pdf,
            heavy=True,
            at_once=10,
            available=pdf.available,
        ),
        Format(
            suffix="epub",
            label="EPUB",
            media_type="application/epub+zip",
            convert=_in_thread(epub.epub),
        ),
        Format(
            suffix="tex",
            label="LaTeX",
            media_type="application/x-tex",
            convert=_document("latex"),
            heavy=True,
            at_once=20,
            available=documents.available,
        ),
    )
}


def available() -> list[Format]:
    """Those of this installation, in the order of the menu."""
    return [each for each in FORMATS.values() if each.available()]
