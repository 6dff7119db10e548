"""The database of a process: reachable, and laid out as this version wants it."""

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
    """CannotStart with the database's own words when it does not answer; the pool would hide them."""
    parameters = connection.get_connection_params()
    try:
        psycopg.connect(**{"connect_timeout": 5, **parameters}).close()
    except psycopg.OperationalError as error:
        said = " ".join(str(error).split())
        raise CannotStart(f"The database of DATABASE_URL does not answer: {said}") from error


def prepare() -> None:
    """The database as this version wants it: every migration, every plan."""
    bring_up_to_date()
    seed_tiers()


def bring_up_to_date() -> None:
    """Applies what migrations are missing, and does nothing when none is: `migrate` alone takes seconds."""
    executor = MigrationExecutor(connection)
    if _of_another_version(executor):
        raise _too_different()
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except InconsistentMigrationHistory as error:
            raise _too_different() from error


def check_up_to_date() -> None:
    """CannotStart when migrations are missing: they are for `serve` or `migrate`, once for all processes."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotStart(
            "The database is not up to date with this version: run `manage.py migrate` first (`serve` does)."
        )


def close_connections() -> None:
    """This thread's and the pool's."""
    connection.close()
    pool = cast(DatabaseWrapper, connection).pool
    if pool is not None:
        pool.close(timeout=0.5)  # its own patience is five seconds


def _of_another_version(executor: MigrationExecutor) -> bool:
    """Whether a migration of ours was applied that this version does not have."""
    ours = {app.label for app in apps.get_app_configs() if app.path.startswith(str(settings.BASE_DIR))}
    applied = {key for key in executor.loader.applied_migrations if key[0] in ours}
    return bool(applied - set(executor.loader.disk_migrations) - set(executor.loader.replacements))


def _too_different() -> CannotStart:
    where = f"in {settings.DATA_DIR / 'postgres'}" if settings.EMBEDDED_DATABASE else "of DATABASE_URL"
    return CannotStart(
        f"The database {where} was made by another version of Blog AI: move it away to begin with an empty "
        "one, or run the version that made it."
    )
