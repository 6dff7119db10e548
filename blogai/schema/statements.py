"""The SQL of our own migrations, as `sqlmigrate` would print it."""

from collections.abc import Iterable
from typing import Any, cast

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.models import ForeignKey, Model

from blogai.schema.files import Key, SchemaError


class SchemaEditor(DatabaseSchemaEditor):
    """Writes the same statements whatever tables the database has.

    Django asks the database for the names of the constraints that it drops, and drops none if it finds none.
    """

    def _constraint_names(
        self,
        model: type[Model],
        column_names: list[str] | None = None,
        *,
        foreign_key: bool | None = None,
        **kinds: object,
    ) -> list[str]:
        if not foreign_key or column_names is None:
            raise SchemaError(
                f"Only the database knows the name of what is dropped from {model._meta.db_table}: drop it "
                "with RunSQL."
            )
        fields: list[Any] = [field for field in model._meta.local_fields if isinstance(field, ForeignKey)]
        return [
            self._foreign_key_name(model._meta.db_table, field)
            for field in fields
            if field.column in column_names and field.db_constraint
        ]

    def _foreign_key_name(self, table: str, field: Any) -> str:
        target = field.target_field
        suffix = f"_fk_{target.model._meta.db_table}_{target.column}"
        return str(cast(Any, self)._create_index_name(table, [field.column], suffix))


def forwards(loader: MigrationLoader, keys: Iterable[Key]) -> str:
    """The statements that apply these migrations, in order. Needs a connection, to any database."""
    return "\n".join(_collected(loader, key, backwards=False) for key in keys).strip()


def backwards(loader: MigrationLoader, keys: Iterable[Key]) -> str:
    """The statements that roll these migrations back, the last one first."""
    return "\n".join(_collected(loader, key, backwards=True) for key in reversed(tuple(keys))).strip()


def _collected(loader: MigrationLoader, key: Key, *, backwards: bool) -> str:
    migration = loader.graph.nodes[key]
    state = loader.project_state(key, at_end=False)
    connection = cast(DatabaseWrapper, connections["default"])
    with SchemaEditor(connection, collect_sql=True, atomic=False) as editor:
        (migration.unapply if backwards else migration.apply)(state, editor, collect_sql=True)
    lines = [line for line in editor.collected_sql if not line.startswith("--")]
    if any("CANNOT BE WRITTEN AS SQL" in line for line in editor.collected_sql):
        raise SchemaError(f"{'.'.join(key)} runs Python, which cannot be written as SQL.")
    return "\n".join(lines)
