"""Checks and prepares the database of a process."""

from typing import cast

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor

from billing.tiers import seed_tiers
from blogai.embedded import CannotStart


def check_reachable() -> None:
    """Raises CannotStart with the database's error, which the connection pool would hide."""
    parameters = connection.get_connection_params()
    try:
        psycopg.connect(**{"connect_timeout": 5, **parameters}).close()
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise CannotStart(f"The database of DATABASE_URL does not answer: {reason}") from error


def prepare() -> None:
    """Apply missing migrations and seed the plans."""
    bring_up_to_date()
    seed_tiers()


def bring_up_to_date() -> None:
    """Apply missing migrations. Does nothing if there are none, where `migrate` would take seconds."""
    executor = MigrationExecutor(connection)
    if _has_unknown_migrations(executor):
        raise _incompatible()
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except InconsistentMigrationHistory as error:
            raise _incompatible() from error


def check_up_to_date() -> None:
    """Raises CannotStart if migrations are missing: `serve` or `migrate` must apply them first."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotStart(
            "The database is not up to date with this version: run `manage.py migrate` first (`serve` does)."
        )


def close_connections() -> None:
    """Close this thread's connection and the pool."""
    connection.close()
    pool = cast(DatabaseWrapper, connection).pool
    if pool is not None:
        pool.close(timeout=0.5)  # the default is five seconds


def _has_unknown_migrations(executor: MigrationExecutor) -> bool:
    """Whether a migration of our apps was applied that this version does not have."""
    ours = {app.label for app in apps.get_app_configs() if app.path.startswith(str(settings.BASE_DIR))}
    applied = {key for key in executor.loader.applied_migrations if key[0] in ours}
    return bool(applied - set(executor.loader.disk_migrations) - set(executor.loader.replacements))


def _incompatible() -> CannotStart:
    where = f"in {settings.DATA_DIR / 'postgres'}" if settings.EMBEDDED_DATABASE else "of DATABASE_URL"
    return CannotStart(
        f"The database {where} was created by another version of Blog AI: move it away to start "
        "with an empty one, or run the version that created it."
    )
