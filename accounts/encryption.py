"""Encryption of what is stored and must be read again, with keys that are derived from the peppers."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts import peppers


def cipher(purpose: str) -> MultiFernet:
    """One for each purpose, so that what was encrypted for another cannot be read with it.

    It encrypts with the current pepper, and reads what was encrypted with any accepted one.
    """
    return MultiFernet([_fernet(purpose, pepper) for pepper in peppers.accepted()])


def renewed(purpose: str, token: str) -> str:
    """The token as the current pepper encrypts it; the same token if that has. Raises InvalidToken."""
    try:
        _fernet(purpose, peppers.accepted()[0]).decrypt(token)
    except InvalidToken:
        return cipher(purpose).rotate(token).decode()
    return token


def _fernet(purpose: str, pepper: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(pepper.encode())))
