"""A new API key, kept encrypted in the session until the page has shown it once."""

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import SessionBase

from accounts.encryption import cipher

PLACE, PURPOSE = "new_api_key", "blogai new api key"
LIFETIME = 5 * 60
"""Seconds in which it must be shown."""


def keep(session: SessionBase, raw: str) -> None:
    session[PLACE] = cipher(PURPOSE).encrypt(raw.encode()).decode()


def take(session: SessionBase) -> str:
    """The raw key; "" if there is none, or it was taken before or is too old."""
    kept = session.pop(PLACE, "")
    try:
        return cipher(PURPOSE).decrypt(kept.encode(), ttl=LIFETIME).decode() if kept else ""
    except InvalidToken:
        return ""
