"""Which backups a place has."""

from blogai.backup import manifest
from blogai.backup.errors import BackupError
from blogai.backup.manifest import Manifest
from blogai.backup.place import Place


def backups(place: Place) -> list[str]:
    """The names of all complete backups, oldest first."""
    return [name.partition("/")[0] for name in place.names() if name.endswith(f"/{manifest.NAME}")]


def newest(place: Place) -> str:
    """Raises BackupError if there is none."""
    found = backups(place)
    if not found:
        raise BackupError(f"There's no backup in {place.address}.")
    return found[-1]


def manifest_of(place: Place, name: str) -> Manifest:
    """Raises BackupError."""
    return manifest.parsed(b"".join(place.chunks(f"{name}/{manifest.NAME}")))


def keep_newest(place: Place, count: int) -> list[str]:
    """Delete all but the newest backups, and what interrupted ones left before them; returns their names.

    A manifest goes first, so that no backup without its files looks complete.
    """
    kept = backups(place)[-count:]
    files = [name for name in place.names() if kept and name.partition("/")[0] < kept[0]]
    old = sorted({name.partition("/")[0] for name in files})
    for some in (
        [name for name in files if name.endswith(f"/{manifest.NAME}")],
        [name for name in files if not name.endswith(f"/{manifest.NAME}")],
    ):
        if some:
            place.delete(some)
    return old
