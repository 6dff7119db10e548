"""PDF, by WeasyPrint in a process of its own. It needs Pango, a library of the system."""

import asyncio
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from blogai.core import cage
from generation.exports.edition import Edition
from generation.exports.web_page import document

PRESS = Path(__file__).with_name("press.py")
LIMITS = cage.Limits()


@cache
def available() -> bool:
    return find_spec("weasyprint") is not None and all(map(find_library, ("pango-1.0", "pangoft2-1.0")))


async def pdf(edition: Edition) -> bytes:
    """Raises CageError and Unavailable."""
    page = await asyncio.to_thread(document, edition, for_print=True)
    return await cage.run(cage.script(PRESS), page.encode(), LIMITS)
