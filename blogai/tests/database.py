"""The test database: migrated once for each state of the migrations, and cloned for each test process.

Cloning takes a fifth of a second, migrating takes many. Test runs may overlap, since each has its own clone.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlencode

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models.signals import post_migrate
from psycopg import sql

from billing.tiers import SEEDS, seed_tiers

connection = cast(DatabaseWrapper, connections["default"])
TEMPLATE, CLONE = "blogai_template_", "blogai_test_"
LOCK = 1_651_273_575  # an arbitrary number; only one process at a time creates and drops databases


@contextmanager
def cloned_database() -> Iterator[str]:
    """The URL of a migrated and seeded database, which Django uses inside the block."""
    clone = f"{CLONE}{os.getpid()}"
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        _drop_abandoned(server)
        _run(server, "CREATE DATABASE {} TEMPLATE {}", clone, _template(server))
        server.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        try:
            with _connected_to(clone):
                yield _address()
        finally:
            _run(server, "DROP DATABASE {} WITH (FORCE)", clone)


def repair_after_flush() -> None:
    """Seed the tables again after a test with `transaction=True`, which leaves them empty.

    Also empties the job queue, which Django does not flush because its models are unmanaged.
    """
    post_migrate.connect(_repair, sender=apps.get_app_config("billing"), dispatch_uid="tests.repair")


def _repair(**_: object) -> None:
    seed_tiers()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers RESTART IDENTITY CASCADE")


def _template(server: psycopg.Connection) -> str:
    """The name of the migrated database, which is rebuilt when the migrations have changed."""
    template = TEMPLATE + _fingerprint()
    if template in _databases(server):
        return template
    for outdated in _databases(server):
        if outdated.startswith(TEMPLATE):
            _run(server, "DROP DATABASE {} WITH (FORCE)", outdated)
    unfinished = f"{TEMPLATE}unfinished"
    _run(server, "CREATE DATABASE {}", unfinished)
    with _connected_to(unfinished):
        call_command("migrate", verbosity=0)
        seed_tiers()
    _run(server, "ALTER DATABASE {} RENAME TO {}", unfinished, template)
    return template


def _fingerprint() -> str:
    """A hash of our migrations, of the versions of packages that have some, and of the seeds."""
    seen = hashlib.sha256(repr(SEEDS).encode())
    for package in ("django", "procrastinate"):
        seen.update(version(package).encode())
    for app in apps.get_app_configs():
        if Path(app.path).is_relative_to(settings.BASE_DIR):
            for migration in sorted(Path(app.path, "migrations").glob("*.py")):
                seen.update(migration.read_bytes())
    return seen.hexdigest()[:16]


def _drop_abandoned(server: psycopg.Connection) -> None:
    """Drop the clones of killed test runs, whose names end with the pid of a process that has ended."""
    for name in _databases(server):
        owner = re.fullmatch(rf"{CLONE}(\d+)", name)
        if owner and not Path("/proc", owner[1]).exists() and Path("/proc/self").exists():
            _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _databases(server: psycopg.Connection) -> list[str]:
    return [name for (name,) in server.execute("SELECT datname FROM pg_database").fetchall()]


def _run(server: psycopg.Connection, statement: str, *names: str) -> None:
    server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def _connected_to(database: str) -> Iterator[None]:
    """Django's connection and its pool use `database` inside the block."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = before


def _server() -> psycopg.Connection:
    wanted = ("dbname", "user", "password", "host", "port", "sslmode")
    parameters = connection.get_connection_params()
    return psycopg.connect(
        **{name: parameters[name] for name in wanted if name in parameters}, autocommit=True
    )


def _address() -> str:
    """The URL of Django's database, for other processes."""
    to = connection.settings_dict
    user = quote(to["USER"], safe="") + (f":{quote(to['PASSWORD'], safe='')}" if to["PASSWORD"] else "")
    if to["HOST"].startswith("/"):
        return f"postgresql://{user}@/{to['NAME']}?{urlencode({'host': to['HOST'], 'port': to['PORT']})}"
    return f"postgresql://{user}@{to['HOST']}:{to['PORT'] or 5432}/{to['NAME']}"
