"""Checks and prepares the database of a process."""

from typing import cast

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from blogai.embedded import CannotStart
from blogai.schema import apply


def check_reachable() -> None:
    """Raises CannotStart with the database's error, which the connection pool would hide."""
    parameters = connection.get_connection_params()
    try:
        psycopg.connect(**{"connect_timeout": 5, **parameters}).close()
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise CannotStart(f"The database of DATABASE_URL does not answer: {reason}") from error


def prepare() -> None:
    """Bring the schema up to date."""
    apply.bring_up_to_date()


def check_up_to_date() -> None:
    """Raises CannotStart if migrations are missing: `serve` or `migrate_sql` must apply them first."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotStart(
            "The database is not up to date with this version: run `manage.py migrate_sql` first "
            "(`serve` does)."
        )


def close_connections() -> None:
    """Close this thread's connection and the pool."""
    connection.close()
    pool = cast(DatabaseWrapper, connection).pool
    if pool is not None:
        pool.close(timeout=0.5)  # the default is five seconds
