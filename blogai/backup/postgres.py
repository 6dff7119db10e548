"""Postgres' own programs, and how they reach a database."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from blogai.backup.errors import BackupError
from blogai.embedded import CannotStart
from blogai.embedded.postgres import programs

OPTIONS = {
    option.keyword.decode(): option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar
}
"""What libpq calls the parts of an address, and the variable for each."""
SETS_TRANSACTION_TIMEOUT = 17
"""From this version on, pg_restore sets a parameter that older servers refuse."""

type Address = Mapping[str, str]
"""Where a database is, by libpq's names."""


def djangos_address() -> Address:
    """Of the database that the settings name: for a command, DATABASE_URL_DIRECT."""
    known = cast(DatabaseWrapper, connections["default"]).get_connection_params()
    return {name: str(known[name]) for name in OPTIONS if known.get(name)}


def parsed_address(url: str) -> Address:
    """Raises BackupError."""
    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError as error:
        raise BackupError("--into isn't a valid address: postgresql://user@host:5432/name.") from error


@contextmanager
def connected(address: Address) -> Iterator[psycopg.Connection]:
    """A connection that commits each statement. Raises BackupError if there is none."""
    try:
        connection = psycopg.connect(make_conninfo(**address, connect_timeout=10), autocommit=True)
    except psycopg.OperationalError as error:
        raise BackupError(f"Can't reach the database: {' '.join(str(error).split())}") from error
    with connection:
        yield connection


def server_version(connection: psycopg.Connection) -> int:
    """Its major version, such as 15."""
    return connection.info.server_version // 10_000


def program(name: str, at_least: int) -> tuple[Path, int]:
    """Where the program is, and its version: the one that is nearest to `at_least`. Raises BackupError."""
    found = sorted((_version(path), path) for path in _installed(name))
    for version, path in found:
        if version >= at_least:
            return path, version
    if not found:
        raise BackupError(
            f"{name} isn't installed. Install Postgres' client programs, version {at_least} or newer "
            f"(Debian: postgresql-client-{at_least})."
        )
    raise BackupError(
        f"{name} is version {found[-1][0]}, and this needs {at_least} or newer: install "
        f"postgresql-client-{at_least}."
    )


def environment(address: Address) -> dict[str, str]:
    """In which a program uses that database. The password is in no list of processes."""
    inherited = {name: value for name, value in os.environ.items() if name not in OPTIONS.values()}
    return inherited | {OPTIONS[name]: value for name, value in address.items() if name in OPTIONS}


@contextmanager
def running(arguments: list[str], address: Address, **pipes: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The program. It is killed if the block raises; raises BackupError with its words if it fails."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(arguments, env=environment(address), stderr=said, **pipes)
        try:
            with process:
                try:
                    yield process
                except BrokenPipeError:
                    pass  # it has ended, and says why
                except BaseException:
                    process.kill()
                    raise
        except BrokenPipeError:
            pass  # the rest of what it should have read
        if process.returncode:
            raise BackupError(f"{Path(arguments[0]).name} failed: {_words(said)}")


def _words(file: IO[bytes]) -> str:
    file.seek(0)
    return " ".join(file.read().decode(errors="replace").split())[-500:] or "it said nothing"


def _installed(name: str) -> set[Path]:
    on_path = shutil.which(name)
    found = {Path(on_path)} if on_path else set()
    found |= set(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))  # Debian's, one for each version
    with suppress(CannotStart):  # there is no embedded database here
        found.add(programs() / name)
    return found


def _version(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\) (\d+)", said)
    if found is None:
        raise BackupError(f"{path} doesn't say which version it is, but {said!r}.")
    return int(found[1])
