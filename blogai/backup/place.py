"""Where backups are kept: a folder, or a bucket of any store that speaks S3. Files are streamed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from django.conf import settings

from blogai.backup.errors import BackupError

if TYPE_CHECKING:
    from obstore.store import LocalStore, S3Config, S3Store

PART = 16 * 1024 * 1024
"""Bytes that are held in memory before they are sent. S3 takes 10,000 parts, so a file may have 160 GB."""
CHUNK = 1024 * 1024


class Writer(Protocol):
    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


class Place:
    """A folder or a bucket. Everything raises BackupError if it can't be reached."""

    def __init__(self, address: str) -> None:
        self.address = address
        with self._explained():
            self._store = _s3(address) if address.startswith("s3://") else _folder(address)

    def names(self) -> list[str]:
        """Every file's name with its folder, `20261128T050000Z/manifest.json`, oldest folder first."""
        import obstore

        with self._explained():
            return sorted(each["path"] for page in obstore.list(self._store) for each in page)

    @contextmanager
    def writing(self, name: str) -> Iterator[Writer]:
        """A new file. If the block raises, there is none."""
        import obstore

        with self._explained("There's no such place."):
            file = obstore.open_writer(self._store, name, buffer_size=PART, max_concurrency=2)
        try:
            yield cast(Writer, file)
        except BaseException:
            with self._explained("There's no such place."):
                file.close()
                obstore.delete(self._store, name)
            raise
        with self._explained("There's no such place."):
            file.close()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The file, piece by piece."""
        import obstore

        with self._explained():
            file = obstore.open_reader(self._store, name)
            while chunk := bytes(file.read(CHUNK)):
                yield chunk

    def delete(self, names: list[str]) -> None:
        import obstore

        with self._explained():
            obstore.delete(self._store, names)

    @contextmanager
    def _explained(
        self, missing: str = "It has no such backup, or a file of it is missing."
    ) -> Iterator[None]:
        from obstore.exceptions import BaseError

        try:
            yield
        except FileNotFoundError as error:
            raise BackupError(f"Can't use {self.address}: {missing}") from error
        except (BaseError, OSError) as error:
            raise BackupError(f"Can't use {self.address}: {str(error).splitlines()[0]}") from error


def _folder(address: str) -> "LocalStore":
    from obstore.store import LocalStore

    return LocalStore(Path(address).expanduser().resolve(), mkdir=True)


def _s3(address: str) -> "S3Store":
    """Without a key in the environment, the machine's own role is used."""
    from obstore.store import S3Store

    parts = urlsplit(address)
    known = {name: value for name, value in settings.BACKUP_S3.items() if value}
    plain = known.get("endpoint", "").startswith("http://")
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config=cast("S3Config", known),
        client_options={"allow_http": plain},
    )
