"""The API key that a request or a handshake brings with it."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from blogai.core.errors import NotAuthenticated

SCHEMES = {"bearer", "token"}
"""Of the header Authorization. Clients written for DRF's tokens send `Token`."""
PARAMETERS = {"api_key", "api-key", "apikey", "x-api-key", "key", "token", "access_token", "authorization"}
"""What a key in a URL would be called."""
_LOOKS_LIKE_A_KEY = re.compile(r"(?:bearer |token )?bai_(?:live|test)_", re.IGNORECASE)


def key_in(headers: Mapping[str, str], query: str) -> str | None:
    """The key in the headers, whose names are in small letters; None: there is none.

    Raises NotAuthenticated for two different keys, and for one in the URL's query, whatever the headers say:
    URLs end up in logs and histories, so that such a key is no secret any more.
    """
    if "bai_" in query and _names_a_key(query):
        raise NotAuthenticated(
            "Don’t put API keys in URLs, which are logged and stored. Send the key in the header "
            "X-API-Key, and revoke this one: others may have seen it."
        )
    named = headers.get("x-api-key")
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.lower() in SCHEMES else None
    if named is None:
        return bearer
    if bearer is not None and bearer != named.strip():
        raise NotAuthenticated("X-API-Key and Authorization hold different API keys. Send only one of them.")
    return named.strip()


def _names_a_key(query: str) -> bool:
    return any(
        name.lower() in PARAMETERS and _LOOKS_LIKE_A_KEY.match(value.strip())
        for name, value in parse_qsl(query, errors="replace")
    )
