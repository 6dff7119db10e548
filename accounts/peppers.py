"""The peppers: secrets of the installation that make what the database holds useless by itself.

Usually there is one, API_KEY_PEPPER. While it is replaced there are more, and whatever was made with any of
them keeps working: docs/rotation.md.
"""

import hmac
from functools import cache

from django.conf import settings


def accepted() -> list[str]:
    """Every pepper, the one that new things are made with first."""
    every = [settings.API_KEY_PEPPER, settings.API_KEY_PEPPER_NEXT, *settings.API_KEY_PEPPER_PREVIOUS]
    return [pepper for pepper in every if pepper]


def oldest() -> str:
    """The pepper that the database began with, as far as it is still known."""
    pepper: str = [settings.API_KEY_PEPPER, *settings.API_KEY_PEPPER_PREVIOUS][-1]
    return pepper


def being_replaced() -> bool:
    return bool(settings.API_KEY_PEPPER_PREVIOUS)


@cache
def mark(pepper: str) -> str:
    """What the database calls the pepper. It gives nothing of it away."""
    return hmac.digest(pepper.encode(), b"blogai pepper", "sha256").hex()[:8]
