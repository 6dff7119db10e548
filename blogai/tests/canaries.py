"""Secrets that a test plants, to see whether they come out: in a log, a reply, a list of processes."""

import base64
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote, quote_plus


def canary(of: str) -> str:
    """Long enough for any secret, and with characters that an address or a page writes in another way."""
    return f"canary+{of}/{of[::-1]}=canary-0123456789-abcdefghij"


@cache
def forms(secret: str) -> frozenset[str]:
    """As it is, and as somebody may have written it. Of base64 what does not depend on what stands around."""
    raw = secret.encode()
    written = {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        raw.hex(),
        repr(secret)[1:-1],
        *(base64.b64encode(b" " * shift + raw).decode()[4:-4] for shift in range(3)),
        *(base64.urlsafe_b64encode(b" " * shift + raw).decode()[4:-4] for shift in range(3)),
    }
    return frozenset(written)


def told(secrets: Iterable[str], text: str) -> list[str]:
    """Those of the secrets that the text gives away, and around where."""
    found = []
    for secret in secrets:
        for form in forms(secret):
            place = text.find(form)
            if place >= 0:
                found.append(text[max(0, place - 200) : place + 60])
    return found
