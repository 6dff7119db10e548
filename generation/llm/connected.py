"""The model that was connected on the page /connect, stored encrypted under DATA_DIR. In development only.

It replaces environment variables that are not set: the registry reads provider settings through `setting`.
The file's modification time is checked on each use, so every process on this machine picks up a change
without a restart.
"""

import base64
import json
import logging
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

logger = logging.getLogger(__name__)

GOOGLE = "https://generativelanguage.googleapis.com/"
PROVIDERS = ("openai", "anthropic", "gemini")


@dataclass(frozen=True, slots=True)
class Connection:
    """A provider's key, address and model. An empty value means the default from the settings."""

    provider: str
    key: str = field(default="", repr=False)
    base_url: str = ""
    model: str = ""

    @property
    def key_ending(self) -> str:
        """The last four characters, the only part that is ever shown; empty if the key is very short."""
        return self.key[-4:] if len(self.key) >= 16 else ""


def setting(name: str, connection: Connection | None = None) -> str:
    """The value of a provider's setting, such as OPENAI_API_KEY, from the environment or the connected model.

    If `connection` is given, it is used instead of the stored one.
    """
    value: str = getattr(settings, name)
    chosen = connection or current()
    provider, _, part = name.partition("_")
    if chosen is None or chosen.provider != provider.lower():
        return value
    return {"API_KEY": chosen.key, "BASE_URL": chosen.base_url, "MODEL": chosen.model}[part] or value


def is_configured(provider: str) -> bool:
    """Whether the provider has a key or an address, from the environment or the connected model."""
    connection = current()
    return set_in_environment(provider) or (connection is not None and connection.provider == provider)


def set_in_environment(provider: str) -> bool:
    base_url: str = getattr(settings, f"{provider.upper()}_BASE_URL")
    if provider == "gemini" and base_url.startswith(GOOGLE):
        base_url = ""  # a default, which says nothing
    return bool(getattr(settings, f"{provider.upper()}_API_KEY") or base_url)


def current() -> Connection | None:
    """The stored connection, unless the environment configures its provider."""
    connection = kept()
    return None if connection is None or set_in_environment(connection.provider) else connection


def kept() -> Connection | None:
    """The stored connection, also if the environment overrides it."""
    global _seen
    if not settings.DEVELOPMENT:
        return None
    path = _path()
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    mark = (path, status.st_ino, status.st_mtime_ns, status.st_size, settings.SECRET_KEY)
    seen = _seen
    if seen[0] != mark:
        seen = _seen = mark, _read(path)
    return seen[1]


def connect(connection: Connection) -> None:
    """Store the connection, replacing any other. Every process on this machine uses it from now on."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with open(handle, "wb") as file:
            file.write(_cipher().encrypt(json.dumps(asdict(connection)).encode()))
        os.replace(draft, path)  # atomic, so no reader sees a partial file
    except OSError:
        os.unlink(draft)
        raise


def disconnect() -> None:
    _path().unlink(missing_ok=True)


_seen: tuple[object, Connection | None] = (None, None)
"""Identifies the version of the file that was read last, and its contents."""


def _read(path: Path) -> Connection | None:
    try:
        return Connection(**json.loads(_cipher().decrypt(path.read_bytes())))
    except FileNotFoundError:  # disconnected meanwhile
        return None
    except (InvalidToken, PermissionError) as error:  # another SECRET_KEY, or another user's file
        logger.warning("%s cannot be read (%s): connect the model again.", path, type(error).__name__)
        return None


def _cipher() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"blogai connected model")
    return Fernet(base64.urlsafe_b64encode(derived.derive(key.encode())))


def _path() -> Path:
    folder: Path = settings.DATA_DIR
    return folder / "connected-model"
