"""The SQL of our own migrations, as `sqlmigrate` would print it."""

from collections.abc import Iterable
from typing import cast

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader

from blogai.schema.files import Key, SchemaError


def forwards(loader: MigrationLoader, keys: Iterable[Key]) -> str:
    """The statements that apply these migrations, in order. Needs a connection, to any database."""
    return "\n".join(_collected(loader, key, backwards=False) for key in keys).strip()


def backwards(loader: MigrationLoader, keys: Iterable[Key]) -> str:
    """The statements that roll these migrations back, the last one first."""
    return "\n".join(_collected(loader, key, backwards=True) for key in reversed(tuple(keys))).strip()


def _collected(loader: MigrationLoader, key: Key, *, backwards: bool) -> str:
    migration = loader.graph.nodes[key]
    state = loader.project_state(key, at_end=False)
    editor = cast(DatabaseWrapper, connections["default"]).schema_editor(collect_sql=True, atomic=False)
    with cast(DatabaseSchemaEditor, editor):
        (migration.unapply if backwards else migration.apply)(state, editor, collect_sql=True)
    lines = [line for line in editor.collected_sql if not line.startswith("--")]
    if any("CANNOT BE WRITTEN AS SQL" in line for line in editor.collected_sql):
        raise SchemaError(f"{'.'.join(key)} runs Python, which cannot be written as SQL.")
    return "\n".join(lines)
