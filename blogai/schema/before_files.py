"""Takes over a database of version 0.1.0, whose migrations were numbered for each app.

Its tables are those of today, but for those that are new here: only they are made, and the rest is recorded
under today's names, up to the file that was the last then. To be removed with the first release.
"""

import psycopg
from django.db.migrations.loader import MigrationLoader

from blogai.schema import statements
from blogai.schema.files import SchemaError, SchemaFile, our_apps, schema_files, sql_text

LAST = ("generation", "0007_name_things_as_others_do")
NEW = {
    "002_create_tool_usage",
    "004_add_favorites",
    "004_create_templates",
    "005_create_brand_profiles",
    "006_enhance_brand_voice_training",
}
"""The files that make tables, or columns, which that version did not have."""
NEWEST = "011_rate_limits"
"""The last file that has anything of that version. Newer ones are applied as to any database."""
WHOLE = "008_stripe_integration"
"""The file that is applied as it is: none of its tables was there."""


def has_schema(loader: MigrationLoader) -> bool:
    """Whether the database has been migrated by the last commit of version 0.1.0."""
    return LAST in loader.applied_migrations


def carry_over(direct: psycopg.Connection) -> None:
    """Make what is new and rewrite the record, in the transaction of the caller."""
    loader = MigrationLoader(None, replace_migrations=False)
    direct.execute("DELETE FROM django_migrations WHERE app = ANY (%s)", [sorted(our_apps())])
    for file in schema_files(loader):
        if file.name == WHOLE:
            direct.execute(sql_text(file))
            continue
        if file.name in NEW:
            direct.execute(statements.forwards(loader, file.ours).encode())
        _record(direct, file)
        if file.name == NEWEST:
            return


def _record(direct: psycopg.Connection, file: SchemaFile) -> None:
    for app, name in file.third_party:
        query = "SELECT 1 FROM django_migrations WHERE app = %s AND name = %s"
        if not direct.execute(query, [app, name]).fetchone():
            raise SchemaError(f"The database lacks {app}.{name}: run the previous version again first.")
    for app, name in file.ours:
        direct.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", [app, name]
        )
