"""Checks and prepares the database of a process."""

from typing import cast

import psycopg
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from blogai.core import postgres_client
from blogai.embedded import CannotStart
from blogai.schema import apply

REFUSALS = ("authentication failed", "does not exist", "no pg_hba.conf entry", "no password supplied")
"""What Postgres says to somebody whom it will not let in later either. libpq gives no code, only its text."""


WORKERS_FACTOR = 10
"""A worker deletes, exports and checks what no request would."""


POOLED_ADVICE = (
    "Behind a transaction pooler, Blog AI can't limit how long a statement takes, and the role in "
    "DATABASE_URL has no limit either: docs/database.md has the ALTER ROLE for it."
)


class DatabaseRefuses(CannotStart):
    """The database answers, but does not let us in: DATABASE_URL is wrong."""


def check_reachable() -> None:
    """Raises CannotStart with the database's error, which the connection pool would hide."""
    parameters = connection.get_connection_params()
    try:
        psycopg.connect(**{"connect_timeout": 5, **parameters}).close()
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        if any(refusal in reason for refusal in REFUSALS):
            raise DatabaseRefuses(f"The database in DATABASE_URL refuses us: {reason}") from error
        raise CannotStart(f"The database in DATABASE_URL isn't answering: {reason}") from error


def is_pooled() -> bool:
    """Whether this process reaches Postgres through a transaction pooler."""
    pooled: bool = connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]
    return pooled


def limit_statements(*, worker: bool) -> None:
    """From now on, Postgres ends what takes the web server or a worker too long (DB_*_TIMEOUT)."""
    if is_pooled():
        return  # docs/database.md: there the role has the timeouts
    connection.close()
    cast(DatabaseWrapper, connection).close_pool()  # its connections have none yet
    postgres_client.limit(
        statement=settings.DB_STATEMENT_TIMEOUT * (WORKERS_FACTOR if worker else 1),
        lock=settings.DB_LOCK_TIMEOUT,
        idle_in_transaction=settings.DB_IDLE_IN_TRANSACTION_TIMEOUT,
    )


def prepare() -> None:
    """Bring the schema up to date."""
    apply.bring_up_to_date()


def check_up_to_date() -> None:
    """Raises CannotStart if migrations are missing: `serve` or `migrate_sql` must apply them first."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotStart(
            "The database needs an update. Run `manage.py migrate_sql` first (`serve` does it for you)."
        )


def close_connections() -> None:
    """Close this thread's connection and the pool."""
    connection.close()
    pool = cast(DatabaseWrapper, connection).pool
    if pool is not None:
        pool.close(timeout=0.5)  # the default is five seconds
