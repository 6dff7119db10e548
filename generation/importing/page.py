"""HTML and Word documents become Markdown, in a process of their own."""

import json
import logging
import re
from html import unescape
from pathlib import Path

from blogai.core import cage
from generation.importing.refusals import refused
from generation.posts.markdown import FOREIGN

logger = logging.getLogger(__name__)

CONVERSION = Path(__file__).with_name("conversion.py")
LIMITS = cage.Limits(output=8 << 20)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})</title", re.IGNORECASE)
_LOOKED_AT = 20_000


async def markdown_of(document: bytes, *, word: bool) -> str:
    """The document's text. Raises ValidationFailed, and Unavailable when too much is converted already."""
    rules = json.dumps({**FOREIGN, "word": word}).encode()
    try:
        converted = await cage.run(cage.script(CONVERSION), rules + b"\n" + document, LIMITS)
    except cage.Exceeded as error:
        logger.warning("a file could not be imported: %s", error)
        raise refused("Converting this file takes too long. Split it, or import it as Markdown.") from None
    except cage.Failed as error:
        logger.warning("a file could not be imported: %s", error)
        raise refused("We can’t read this file. Open it where it was made, and save it again.") from None
    return converted.decode().strip()


def title_of(html: str) -> str:
    """What the page calls itself; empty if it doesn't."""
    found = _TITLE.search(html[:_LOOKED_AT])
    return unescape(found[1]).strip() if found else ""
