"""What a backup says about itself. It holds no secret and nothing of a customer's."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from blogai.backup.errors import BackupError

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Content:
    """An encrypted file of the backup."""

    size: int
    sha256: str
    """Of the file as it is stored, so that it can be checked without the key."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    made_at: str
    """In UTC; what was committed before is in the backup."""
    version: str
    """Of Blog AI."""
    server: int
    pg_dump: int
    """Major versions of Postgres and of the program that read it."""
    schema: str
    newest_migration: str
    migrations: tuple[str, ...]
    """All that are applied, as `app.name`."""
    rows: Mapping[str, int]
    """By table, as the restored database must have them."""
    without_rows: tuple[str, ...]
    """Tables whose rows are left out."""
    files: Mapping[str, Content]
    recipients: tuple[str, ...]
    """The public keys it was encrypted for."""
    secrets: tuple[str, ...]
    """Variables whose values are in the backup, encrypted."""
    other_variables: tuple[str, ...]
    """Variables that were set too, and whose values are not in it."""
    format: int = FORMAT

    def text(self) -> str:
        return json.dumps(asdict(self), indent=2) + "\n"


def parsed(text: bytes) -> Manifest:
    """Raises BackupError."""
    try:
        said: dict[str, Any] = json.loads(text)
        if said["format"] != FORMAT:
            raise BackupError(
                f"The manifest has format {said['format']}, and this version of Blog AI reads {FORMAT}: use "
                f"version {said.get('version')}."
            )
        said["files"] = {name: Content(**file) for name, file in said["files"].items()}
        return Manifest(**said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError("The manifest is damaged. Use another backup.") from error
