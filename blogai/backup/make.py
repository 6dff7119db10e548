"""Makes a backup while the product runs."""

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from secrets import token_hex
from typing import IO, TYPE_CHECKING, Any, cast

import psycopg
from django.conf import settings
from psycopg import sql

from blogai.backup import encryption, manifest, postgres
from blogai.backup.manifest import Content, Manifest
from blogai.backup.place import Place, Writer
from blogai.environment import variables_set
from blogai.schema.files import our_apps

if TYPE_CHECKING:
    from pyrage.x25519 import Recipient

DATABASE, SECRETS = "database.dump.age", "secrets.json.age"
STAMP = "%Y%m%dT%H%M%SZ"
"""Names sort by time; a few random letters follow, for two that begin in the same second."""
NOT_KEPT = ("llm_turns",)
"""Tables whose rows are of use for a minute: the times of the last model calls, for their rate limit."""
KEPT_SECRETS = (
    *("API_KEY_PEPPER", "API_KEY_PEPPER_NEXT", "API_KEY_PEPPER_PREVIOUS"),
    *("SECRET_KEY", "SECRET_KEY_FALLBACKS"),
)
"""Without the pepper no API key, second factor or webhook secret of the database is of use."""

type Report = Callable[[int], None]
"""Is told how many bytes have been written."""


@dataclass(frozen=True)
class Snapshot:
    """One moment of the database: what is read in it fits together, whatever is written meanwhile."""

    connection: psycopg.Connection
    name: str
    schema: str

    def rows(self, query: str) -> list[Any]:
        return self.connection.execute(query.encode()).fetchall()

    def counts(self) -> dict[str, int]:
        """The rows of each table that are in a backup."""
        tables = self.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
        return {name: 0 if name in NOT_KEPT else self._count(name) for (name,) in tables}

    def _count(self, table: str) -> int:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(self.schema, table))
        (count,) = self.connection.execute(query).fetchone() or (0,)
        return int(count)


def make(place: Place, report: Report = lambda size: None) -> tuple[str, Manifest]:
    """Write a backup of Django's database; returns its name and manifest. Raises BackupError."""
    readers = encryption.recipients(settings.BACKUP_RECIPIENTS)
    now = datetime.now(UTC)
    name = f"{now:{STAMP}}-{token_hex(2)}"
    secrets = _secrets()
    address = postgres.djangos_address()
    with _snapshot(address) as snapshot:
        server = postgres.server_version(snapshot.connection)
        program, version = postgres.program("pg_dump", server)
        dump = _dump(str(program), snapshot, address)
        files = {
            DATABASE: _encrypted(place, f"{name}/{DATABASE}", dump, readers, report),
            SECRETS: _encrypted(place, f"{name}/{SECRETS}", _json(secrets), readers),
        }
        applied = snapshot.rows("SELECT app, name FROM django_migrations ORDER BY id")
        ours = our_apps()
        made = Manifest(
            made_at=now.isoformat(timespec="seconds"),
            version=settings.VERSION,
            server=server,
            pg_dump=version,
            schema=snapshot.schema,
            newest_migration=max(migration for app, migration in applied if app in ours),
            migrations=tuple(f"{app}.{migration}" for app, migration in applied),
            rows=snapshot.counts(),
            without_rows=NOT_KEPT,
            files=files,
            recipients=tuple(settings.BACKUP_RECIPIENTS),
            secrets=tuple(secrets),
            other_variables=tuple(sorted(_set() - secrets.keys())),
        )
    with place.writing(f"{name}/{manifest.NAME}") as file:
        file.write(made.text().encode())
    return name, made


@contextmanager
def _snapshot(address: postgres.Address) -> Iterator[Snapshot]:
    with postgres.connected(address) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (name, schema) = connection.execute("SELECT pg_export_snapshot(), current_schema()").fetchone() or (
            "",
            "",
        )
        yield Snapshot(connection, name, schema)


@contextmanager
def _dump(program: str, snapshot: Snapshot, address: postgres.Address) -> Iterator[IO[bytes]]:
    """The database in pg_dump's custom format, compressed."""
    schema = snapshot.schema.replace('"', '""')
    left_out = [f'--exclude-table-data="{schema}"."{table}"' for table in NOT_KEPT]
    chosen = ["--format=custom", f"--snapshot={snapshot.name}", f'--schema="{schema}"', *left_out]
    with postgres.running([program, *chosen], address, stdout=subprocess.PIPE) as process:
        yield cast(IO[bytes], process.stdout)


@contextmanager
def _json(value: Mapping[str, str]) -> Iterator[IO[bytes]]:
    yield BytesIO(json.dumps(value).encode())


def _encrypted(
    place: Place,
    name: str,
    source: AbstractContextManager[IO[bytes]],
    readers: "list[Recipient]",
    report: Report = lambda size: None,
) -> Content:
    """Write the source to the place, encrypted, a few megabytes at a time."""
    with place.writing(name) as file, source as opened:
        measured = _Measured(file, report)
        encryption.encrypt(opened, measured, readers)
    return Content(size=measured.size, sha256=measured.digest.hexdigest())


class _Measured:
    """Passes on what is written, and keeps its size and digest."""

    def __init__(self, file: Writer, report: Report) -> None:
        self._file, self._report = file, report
        self.size, self.digest = 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self._file.write(data)
        self.size += len(data)
        self._report(self.size)
        return len(data)

    def flush(self) -> None:
        """pyrage asks for it; the file is complete once it is closed."""


def _secrets() -> Mapping[str, str]:
    """As they would be written into the environment."""
    values = {name: getattr(settings, name) for name in KEPT_SECRETS}
    return {
        name: value if isinstance(value, str) else ",".join(value) for name, value in values.items() if value
    }


def _set() -> set[str]:
    return {name for name, is_set in variables_set.items() if is_set}
