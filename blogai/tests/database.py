"""The test database: built from the SQL files once for each state of them, and cloned for each test process.

Cloning takes a fifth of a second, building it takes several. Test runs may overlap: each has a clone of its
own.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from billing.tiers import seed_tiers
from blogai.schema.apply import bring_up_to_date
from blogai.schema.files import FOLDER, fingerprint
from blogai.schema.scratch import connected_to, server

connection = cast(DatabaseWrapper, connections["default"])
TEMPLATE, CLONE = "blogai_template_", "blogai_test_"
LOCK = 1_651_273_575  # an arbitrary number; only one process at a time creates and drops databases


@contextmanager
def cloned_database() -> Iterator[str]:
    """The URL of a migrated and seeded database, which Django uses inside the block."""
    clone = f"{CLONE}{os.getpid()}"
    with server() as admin:
        if settings.EMBEDDED_DATABASE:
            _wait_for_no_disk(admin)
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        _drop_abandoned(admin)
        _run(admin, "CREATE DATABASE {} TEMPLATE {}", clone, _template(admin))
        admin.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        try:
            with connected_to(clone):
                yield database_url()
        finally:
            _run(admin, "DROP DATABASE {} WITH (FORCE)", clone)


KEPT = ("django_content_type", "auth_permission")
"""What is in them follows from the code, and no test changes it."""
JOBS = ("procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_workers")
"""Django does not flush them, because their models are unmanaged."""

EMPTY = """
DO $$
DECLARE
    name regclass;
    undeletable boolean;
    filled boolean;
BEGIN
    FOR name, undeletable IN
        SELECT listed, EXISTS (
            SELECT FROM pg_trigger WHERE tgrelid = listed AND NOT tgisinternal AND tgtype & 8 > 0
        )
        FROM unnest('{%s}'::regclass[]) listed
        ORDER BY 2 DESC
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %%s)', name) INTO filled;
        IF filled AND undeletable THEN
            EXECUTE format('TRUNCATE %%s RESTART IDENTITY CASCADE', name);
        ELSIF filled THEN
            EXECUTE format('DELETE FROM %%s', name);
        END IF;
    END LOOP;
END
$$"""
"""Deletes what is in these tables. Those where deleting has a trigger (its type has bit 8) are truncated."""


@contextmanager
def flushing_in_milliseconds() -> Iterator[None]:
    """Inside the block Django's flush, behind each test with `transaction=True`, empties only what has rows.

    Truncating all tables takes half a second. The locks wait, as that would, for whoever is still writing.
    The job queue is emptied too, and the plans are seeded again.
    """

    def only_filled(
        operations: DatabaseOperations, style: object, tables: Iterable[str], **_: object
    ) -> list[str]:
        emptied = ", ".join([*sorted(set(tables) - set(KEPT)), *JOBS])
        return [f"LOCK TABLE {emptied} IN SHARE ROW EXCLUSIVE MODE", EMPTY % emptied]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", only_filled)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_: seed_tiers())  # all else is still there
        yield


def _template(admin: psycopg.Connection) -> str:
    """The name of the migrated database, which is rebuilt when the migrations have changed."""
    template = TEMPLATE + _fingerprint()
    if template in _databases(admin):
        return template
    for outdated in _databases(admin):
        if outdated.startswith(TEMPLATE):
            _run(admin, "DROP DATABASE {} WITH (FORCE)", outdated)
    unfinished = f"{TEMPLATE}unfinished"
    _run(admin, "CREATE DATABASE {}", unfinished)
    with connected_to(unfinished):
        bring_up_to_date()
    _run(admin, "ALTER DATABASE {} RENAME TO {}", unfinished, template)
    return template


def _fingerprint() -> str:
    """A hash of all migrations, those of other packages included, and of the SQL files."""
    loader = MigrationLoader(None, replace_migrations=False)
    seen = hashlib.sha256(fingerprint(loader, sorted(loader.disk_migrations)).encode())
    for path in sorted(FOLDER.glob("*.sql")):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def _wait_for_no_disk(admin: psycopg.Connection) -> None:
    """Only a crash of the whole machine would now cost what these databases hold."""
    _run(admin, "ALTER SYSTEM SET fsync = off")
    _run(admin, "SELECT pg_reload_conf()")


def _drop_abandoned(admin: psycopg.Connection) -> None:
    """Drop the clones of killed test runs, whose names end with the pid of a process that has ended."""
    for name in _databases(admin):
        owner = re.fullmatch(rf"{CLONE}(\d+)", name)
        if owner and not Path("/proc", owner[1]).exists() and Path("/proc/self").exists():
            _run(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _databases(admin: psycopg.Connection) -> list[str]:
    return [name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()]


def _run(admin: psycopg.Connection, statement: str, *names: str) -> None:
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def database_url() -> str:
    """The URL of Django's database, for other processes."""
    to = connection.settings_dict
    user = quote(to["USER"], safe="") + (f":{quote(to['PASSWORD'], safe='')}" if to["PASSWORD"] else "")
    if to["HOST"].startswith("/"):
        return f"postgresql://{user}@/{to['NAME']}?{urlencode({'host': to['HOST'], 'port': to['PORT']})}"
    return f"postgresql://{user}@{to['HOST']}:{to['PORT'] or 5432}/{to['NAME']}"
