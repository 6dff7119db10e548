"""Encryption of what is stored and must be read again, with a key that is derived from API_KEY_PEPPER."""

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def cipher(purpose: str) -> Fernet:
    """One for each purpose, so that what was encrypted for another cannot be read with it."""
    derived = HKDF(SHA256(), length=32, salt=None, info=purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.API_KEY_PEPPER.encode())))
