"""Encryption of backups with age (https://age-encryption.org/v1): the server has only the public key.

So whoever takes over the server can make backups but read none, not even those that it made.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from blogai.backup.errors import BackupError
from blogai.backup.place import Writer

if TYPE_CHECKING:
    from pyrage.x25519 import Identity, Recipient


def recipients(names: Sequence[str]) -> "list[Recipient]":
    """Those that can open what is encrypted for them. Raises BackupError."""
    from pyrage import RecipientError
    from pyrage.x25519 import Recipient

    if not names:
        raise BackupError(
            "Set BACKUP_RECIPIENTS to the public key that encrypts backups. To make one, run "
            "`manage.py backup_key FILE`."
        )
    try:
        return [Recipient.from_str(name) for name in names]
    except RecipientError as error:
        raise BackupError("BACKUP_RECIPIENTS must list public keys of age, which start with age1.") from error


def identities(path: Path) -> "list[Identity]":
    """The secret keys in a file of age's. Raises BackupError."""
    from pyrage import IdentityError
    from pyrage.x25519 import Identity

    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        found = [Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"Can't read the key in {path}: {error}.") from error
    except IdentityError as error:
        raise BackupError(f"{path} holds no key of age: such a key starts with AGE-SECRET-KEY-1.") from error
    if not found:
        raise BackupError(f"{path} holds no key.")
    return found


def new_key(path: Path) -> str:
    """Write a new key to the file, for its owner alone; returns the public key. Raises BackupError."""
    from pyrage.x25519 import Identity

    identity = Identity.generate()
    write_private(path, f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read. Raises BackupError, also if there is one already."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except FileExistsError as error:
        raise BackupError(f"{path} exists already. Choose another name.") from error
    except OSError as error:
        raise BackupError(f"Can't write {path}: {error}.") from error


class Chunks:
    """What pyrage reads from: the chunks as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def read(self, size: int) -> bytes:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def encrypt(source: IO[bytes], to: Writer, readers: "Sequence[Recipient]") -> None:
    """Raises BackupError if it can't be written."""
    import pyrage

    try:
        pyrage.encrypt_io(source, to, readers)
    except pyrage.EncryptError as error:
        raise BackupError(f"Can't write the backup: {str(error).splitlines()[0]}") from error


def decrypt(chunks: Iterator[bytes], to: IO[bytes], keys: "Sequence[Identity]") -> None:
    """Raises BackupError if none of the keys fits, and BrokenPipeError if nobody reads it to its end."""
    import pyrage

    try:
        pyrage.decrypt_io(Chunks(chunks), to, keys)
    except pyrage.DecryptError as error:
        raise BackupError(
            "This key doesn't open the backup. The manifest says under `recipients` which public key it was "
            "encrypted for."
        ) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise BackupError("The backup was changed since it was checked. Use another one.") from error
