"""Which migrations each SQL file holds, and in which order the files are applied."""

import hashlib
import inspect
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db.migrations import Migration, RunSQL
from django.db.migrations.loader import MigrationLoader

FOLDER = settings.BASE_DIR / "migrations_sql"
SUPABASE_FOLDER = settings.BASE_DIR / "supabase" / "migrations"

type Key = tuple[str, str]
"""App label and name of a migration."""


class SchemaError(CommandError):
    """The schema cannot be written or changed; says why, and what to do."""


@dataclass(frozen=True)
class SchemaFile:
    """Our migrations of one name, and those of other packages that they are the first to need."""

    name: str
    ours: tuple[Key, ...]
    third_party: tuple[Key, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        return (*self.third_party, *self.ours)


def our_apps() -> set[str]:
    """The labels of the apps whose migrations are in this repository."""
    return {app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}


def our_functions() -> set[str]:
    """The names of the database functions that migrations of this repository create."""
    migrations = MigrationLoader(None, replace_migrations=False).disk_migrations.items()
    ours = our_apps()
    sql = [statement for (app, _), migration in migrations if app in ours for statement in _sql_of(migration)]
    return set(re.findall(r"CREATE FUNCTION (\w+)", "\n".join(map(str, sql))))


def schema_files(loader: MigrationLoader) -> list[SchemaFile]:
    """The files in the order in which they are applied, which is that of their names.

    Raises SchemaError if a name has no number, if a migration needs one of a later file, or if none of ours
    needs a migration of another package.
    """
    ours = our_apps()
    done: set[Key] = set()
    files = []
    for name in sorted({name for app, name in loader.disk_migrations if app in ours}):
        if not re.fullmatch(r"\d{3}_[a-z0-9_]+", name):
            example = "012_" + re.sub(r"^\d+_", "", name)
            raise SchemaError(f"The migration {name} needs a number of three digits, such as {example}.")
        wanted = [key for key in _in_order(loader, name, ours) if key not in done]
        for app, needed in wanted:
            if app in ours and needed != name:
                raise SchemaError(f"{name} needs {app}.{needed}, whose file comes later: rename one of them.")
        files.append(
            SchemaFile(
                name,
                tuple(key for key in wanted if key[0] in ours),
                tuple(key for key in wanted if key[0] not in ours),
            )
        )
        done.update(wanted)
    if left := sorted(".".join(key) for key in set(loader.disk_migrations) - done):
        raise SchemaError(f"Let a migration of ours depend on {', '.join(left)}: no file has them yet.")
    return files


def sql_text(file: SchemaFile) -> bytes:
    """The SQL of a file without psql's commands and without its transaction."""
    text = (FOLDER / f"{file.name}.sql").read_text()
    return re.sub(r"^(\\.*|BEGIN;|COMMIT;)\n", "", text, flags=re.MULTILINE).encode()


def fingerprint(loader: MigrationLoader, keys: Iterable[Key]) -> str:
    """A hash of these migrations' sources, and of the SQL that they run."""
    seen = hashlib.sha256()
    for key in keys:
        migration = loader.disk_migrations[key]
        seen.update(inspect.getsource(sys.modules[type(migration).__module__]).encode())
        seen.update(repr(_sql_of(migration)).encode())
    return seen.hexdigest()[:16]


def _in_order(loader: MigrationLoader, name: str, ours: set[str]) -> list[Key]:
    """Our migrations of this name and all that they need, each after what it needs itself."""
    plan: dict[Key, None] = {}
    for app in sorted(ours):
        if (app, name) in loader.disk_migrations:
            plan.update(dict.fromkeys(loader.graph.forwards_plan((app, name))))
    return list(plan)


def _sql_of(migration: Migration) -> list[object]:
    return [operation.sql for operation in migration.operations if isinstance(operation, RunSQL)]
