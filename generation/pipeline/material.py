"""Material for a prompt: text from the customer or from a model, marked as such; ways to set paragraphs."""

import re

from generation.pipeline.types import Brief

_MARKER = re.compile(r"<(?=\s*/?\s*blog-)", re.IGNORECASE)


def block(name: str, text: str) -> str:
    """`text` between markers; a marker inside it loses its bracket, so that only we can write one."""
    return f"<blog-{name}>\n{inert(text)}\n</blog-{name}>"


def inert(text: str) -> str:
    """`text` with no marker in it."""
    return _MARKER.sub("‹", text)


def paragraphs(*texts: str) -> str:
    """The texts that are not empty, a blank line between."""
    return "\n\n".join(text for text in texts if text)


def lines(*texts: str) -> str:
    """The texts that are not empty, one a line."""
    return "\n".join(text for text in texts if text)


def wish(brief: Brief) -> str:
    """What the customer typed, as a block."""
    return block(
        "brief",
        lines(
            f"Topic: {brief.topic}",
            f"Keywords: {', '.join(brief.keywords)}" if brief.keywords else "",
            f"Readers: {brief.audience}" if brief.audience else "",
        ),
    )
