"""Restores a backup into an empty database: everything is checked first, and written in one transaction."""

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import psycopg
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from blogai.backup import encryption, postgres
from blogai.backup.errors import BackupError
from blogai.backup.make import DATABASE, SECRETS
from blogai.backup.manifest import Manifest
from blogai.backup.place import Place
from blogai.backup.shelf import manifest_of
from blogai.schema.export import lockdown_sql
from blogai.schema.files import our_apps

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

IN_THE_WAY = """
SELECT relname FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace
    AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
ORDER BY relname LIMIT 1
"""

type Report = Callable[[str, int, int], None]
"""Is told what is being done, how many bytes of it are done, and how many there are."""


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    is_behind: bool
    """Whether this version has migrations that the backup lacks."""


def restore(
    place: Place,
    name: str,
    keys: "Sequence[Identity]",
    address: postgres.Address,
    *,
    secrets_file: Path | None = None,
    report: Report = lambda step, done, size: None,
) -> Restored:
    """Restore the backup into the database at `address`, which must be empty.

    Its secrets are written to `secrets_file`. Raises BackupError, and then the database is as it was.
    """
    made = manifest_of(place, name)
    is_behind = _is_behind(made)
    with postgres.connected(address) as connection:
        _check_empty(connection, made)
        program = _program(connection, made)
        for file, expected in made.files.items():
            _check(place, f"{name}/{file}", expected.size, expected.sha256, report)
        secrets = _secrets(place, name, keys)
        if secrets_file is None:
            _check_pepper(secrets)
        else:
            lines = [f"{variable}={value}" for variable, value in secrets.items()]
            encryption.write_private(secrets_file, "\n".join(lines) + "\n")
        try:
            _load(place, name, keys, address, made, program, report)
        except BaseException:
            if secrets_file is not None:
                secrets_file.unlink()
            raise
        _finish(connection, made)
    return Restored(made, is_behind)


def _is_behind(made: Manifest) -> bool:
    """Raises BackupError if the backup is of a newer version than this one."""
    loader = MigrationLoader(None)
    known = {f"{app}.{migration}" for app, migration in loader.disk_migrations}
    ours = our_apps()
    newer = [name for name in made.migrations if name not in known and name.partition(".")[0] in ours]
    if newer:
        raise BackupError(
            f"The backup is of version {made.version} with the migration {newer[-1]}, which this version "
            f"({settings.VERSION}) doesn't have. Restore it with that version or a newer one."
        )
    return bool(known - set(made.migrations))


def _check_empty(connection: psycopg.Connection, made: Manifest) -> None:
    (schema,) = connection.execute("SELECT current_schema()").fetchone() or (None,)
    if schema != made.schema:
        raise BackupError(
            f"The backup is of the schema {made.schema}, and here tables would go to {schema}. Create that "
            "schema, and put it first in the role's search_path."
        )
    if found := connection.execute(IN_THE_WAY).fetchone():
        raise BackupError(
            f"The database isn't empty: it has {found[0]}. Create an empty one, and name it with --into."
        )


def _program(connection: psycopg.Connection, made: Manifest) -> str:
    program, version = postgres.program("pg_restore", made.pg_dump)
    server = postgres.server_version(connection)
    if version >= postgres.SETS_TRANSACTION_TIMEOUT > server:
        raise BackupError(
            f"pg_restore {version} can't restore into Postgres {server}. Use a server of version "
            f"{postgres.SETS_TRANSACTION_TIMEOUT} or newer"
            + (
                f", or install postgresql-client-{server}."
                if made.pg_dump < postgres.SETS_TRANSACTION_TIMEOUT
                else f": pg_dump {made.pg_dump} made this backup."
            )
        )
    return str(program)


def _check(place: Place, name: str, size: int, sha256: str, report: Report) -> None:
    digest, read = hashlib.sha256(), 0
    for chunk in place.chunks(name):
        digest.update(chunk)
        read += len(chunk)
        report("Checking", read, size)
    if read != size:
        raise BackupError(f"{name} has {read} bytes instead of {size}: it is incomplete. Use another backup.")
    if digest.hexdigest() != sha256:
        raise BackupError(f"{name} isn't what was written: its SHA-256 differs. Use another backup.")


def _secrets(place: Place, name: str, keys: "Sequence[Identity]") -> dict[str, str]:
    text = BytesIO()
    encryption.decrypt(place.chunks(f"{name}/{SECRETS}"), text, keys)
    found: dict[str, str] = json.loads(text.getvalue())
    return found


def _check_pepper(secrets: dict[str, str]) -> None:
    """Raises BackupError if the API keys of the backup would not work here."""
    if secrets["API_KEY_PEPPER"] not in (settings.API_KEY_PEPPER, *settings.API_KEY_PEPPER_PREVIOUS):
        raise BackupError(
            "API_KEY_PEPPER isn't the backup's, so no API key, second factor or webhook would work. Add "
            "--secrets FILE to get the backup's secrets, and start Blog AI with them."
        )


def _load(
    place: Place,
    name: str,
    keys: "Sequence[Identity]",
    address: postgres.Address,
    made: Manifest,
    program: str,
    report: Report,
) -> None:
    size = made.files[DATABASE].size
    arguments = [
        program,
        *("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
        f"--schema={made.schema}",
        f"--dbname={psycopg.conninfo.make_conninfo(dbname=address.get('dbname', ''))}",
    ]
    chunks = _counted(place.chunks(f"{name}/{DATABASE}"), size, report)
    with postgres.running(arguments, address, stdin=subprocess.PIPE) as process:
        encryption.decrypt(chunks, cast(IO[bytes], process.stdin), keys)


def _counted(chunks: Iterator[bytes], size: int, report: Report) -> Iterator[bytes]:
    done = 0
    for chunk in chunks:
        done += len(chunk)
        report("Restoring", done, size)
        yield chunk


def _finish(connection: psycopg.Connection, made: Manifest) -> None:
    """Close the schema to others, as migrations do, count its rows, and gather what the planner needs."""
    connection.execute(lockdown_sql().encode())
    for table, expected in made.rows.items():
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(made.schema, table))
        (count,) = connection.execute(query).fetchone() or (0,)
        if count != expected:
            raise BackupError(
                f"{table} has {count} rows instead of {expected}. Drop this database, and use another backup."
            )
    connection.execute("ANALYZE")
