"""Names of the files that are downloaded."""

import re

_ODD = re.compile(r"[^\w-]+")
_OF_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""Windows opens a device of that name instead, whatever comes after the dot."""
MAX_NAME = 80
"""Characters without the suffix; 240 bytes, where each needs three."""


def file_name(slug: str, suffix: str, taken: set[str] | None = None) -> str:
    """A name that every system takes, after the post's slug; a number is added if it is among `taken`."""
    name = _ODD.sub("-", slug)[:MAX_NAME].strip("-_") or "post"
    if _OF_WINDOWS.fullmatch(name):
        name = f"post-{name}"
    found, number = f"{name}.{suffix}", 1
    while taken is not None and found.casefold() in taken:
        number += 1
        found = f"{name}-{number}.{suffix}"
    if taken is not None:
        taken.add(found.casefold())
    return found
