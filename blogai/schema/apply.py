"""Brings a database's schema up to date, whatever state it is in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import OperationalError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from blogai.embedded import CannotStart
from blogai.schema import before_files
from blogai.schema.export import LOCK, lockdown_sql
from blogai.schema.files import SchemaError, SchemaFile, our_apps, schema_files, sql_text
from blogai.schema.scratch import server

LOCK_SECONDS = 5
"""How long a statement waits for a table that another session holds."""
TURN_SECONDS = 300
"""How long to wait for another process that is changing the schema."""

type Report = Callable[[str], None]


def bring_up_to_date(report: Report = lambda line: None) -> bool:
    """Apply what is missing; returns whether anything was. Only one process does it at a time.

    A database that is empty, or at the end of one of the SQL files, gets the other files, which takes a
    second; any other gets `migrate`. Raises SchemaError if something is in the way, and CannotStart if the
    database belongs to another version.
    """
    if not _missing():
        return False
    with _exclusive(report) as direct:
        loader = MigrationLoader(connection)
        if before_files.has_schema(loader):
            report("Upgrading the database from version 0.1.0")
            _in_transaction(direct, "The database", partial(before_files.carry_over, direct))
            loader = MigrationLoader(connection)
        elif not _missing():  # another process was faster
            return False
        files = _next_files(loader)
        if files is None:
            report("Migrating")
            _migrate()
            return True
        for file in files:
            report(f"Applying {file.name}")
            _in_transaction(direct, file.name, partial(direct.execute, sql_text(file)))
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    return True


@dataclass(frozen=True)
class State:
    """What a database has, compared with this version's migrations."""

    is_behind: bool
    """A migration is missing."""
    newer: tuple[str, ...]
    """Names of our apps' migrations that this version does not have, in order."""


def state() -> State:
    """The state of Django's database."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    if before_files.has_schema(loader):
        return State(is_behind=True, newer=())
    known = loader.disk_migrations.keys() | loader.replacements.keys()
    ours = our_apps()
    newer = {name for app, name in loader.applied_migrations.keys() - known if app in ours}
    is_behind = bool(executor.migration_plan(loader.graph.leaf_nodes()))
    return State(is_behind, tuple(sorted(newer)))


def lock_down(**_: object) -> None:
    """Close the schema to Supabase's Data API, after each `migrate`."""
    with connection.cursor() as cursor:
        cursor.execute(lockdown_sql())


def _missing() -> bool:
    """Whether a migration is missing. Raises CannotStart if one was applied that is not ours."""
    found = state()
    if found.newer:
        raise _incompatible()
    return found.is_behind


def _next_files(loader: MigrationLoader) -> list[SchemaFile] | None:
    """The files that are missing at the end; None if what was applied is not a row of whole files."""
    applied = loader.applied_migrations.keys()
    files = schema_files(MigrationLoader(None, replace_migrations=False))
    done = [file for file in files if applied >= set(file.keys)]
    whole = {key for file in done for key in file.keys}
    if applied != whole or done != files[: len(done)]:
        return None
    has_ledger = "django_migrations" in connection.introspection.table_names()
    return None if has_ledger and not done else files[len(done) :]


def _migrate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_SECONDS}s"])
        cursor.execute("SET statement_timeout = 0")  # a role may have one, as Supabase's does
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except InconsistentMigrationHistory as error:
        raise _incompatible() from error
    except OperationalError as error:
        raise _explained("migrate", error.__cause__ or error) from error
    finally:
        connection.close()


@contextmanager
def _exclusive(report: Report) -> Iterator[psycopg.Connection]:
    """A connection that holds the lock of the schema."""
    with server() as direct:
        if direct.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() != (True,):
            report("Waiting for another process that is changing the schema")
            direct.execute(f"SET lock_timeout = '{TURN_SECONDS}s'".encode())
            try:
                direct.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            except psycopg.errors.LockNotAvailable as error:
                raise SchemaError(
                    f"Another process has been changing the schema for {TURN_SECONDS // 60} minutes. Try "
                    "again once it has finished."
                ) from error
        direct.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'; SET statement_timeout = 0".encode())
        yield direct


def _in_transaction(direct: psycopg.Connection, name: str, change: Callable[[], object]) -> None:
    try:
        with direct.transaction():
            change()
    except psycopg.Error as error:
        raise _explained(name, error) from error


def _explained(name: str, error: BaseException) -> SchemaError:
    """The sentence for what Postgres says."""
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return SchemaError(
            f"{name}: another session has locked a table for more than {LOCK_SECONDS} seconds. "
            "Nothing was changed. End that session, or try again."
        )
    said = getattr(getattr(error, "diag", None), "message_primary", None)
    return SchemaError(f"{name}: {said or error}")


def _incompatible() -> CannotStart:
    where = f"in {settings.DATA_DIR / 'postgres'}" if settings.EMBEDDED_DATABASE else "of DATABASE_URL"
    return CannotStart(
        f"Another version of Blog AI created the database {where}. Run that version, or move the "
        "database away to start with an empty one."
    )
