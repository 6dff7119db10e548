"""The text of every SQL file."""

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from blogai.schema import statements, third_party
from blogai.schema.files import (
    FOLDER,
    SUPABASE_FOLDER,
    SchemaFile,
    fingerprint,
    our_apps,
    schema_files,
)
from blogai.schema.third_party import Tables

SQL = Path(__file__).parent / "sql"
LOCK = 1_651_273_576
"""The advisory lock under which the schema is changed: an arbitrary number."""
FIRST_STAMP = datetime(2026, 11, 27)
SOURCE = "-- Written by `manage.py export_sql` from Django's migrations: change those, not this file."
END = "-- End of the tables of other packages"

type Report = Callable[[str], None]


def lockdown_sql() -> str:
    """What closes the schema to Supabase's Data API. Running it again changes nothing."""
    return (SQL / "lockdown.sql").read_text().strip()


def exported(report: Report) -> dict[Path, str]:
    """Every file and its text. Tables of other packages are dumped anew only when their migrations change."""
    loader = MigrationLoader(None, replace_migrations=False)
    files = schema_files(loader)
    others = _third_party(loader, files, report)
    texts = {}
    for position, file in enumerate(files):
        stamp = FIRST_STAMP + timedelta(minutes=position)
        create = _create(loader, file, others.get(file.name))
        body = "\n\n".join([_guard(files[:position], file, create), create, _record(file), lockdown_sql()])
        heading = f"-- {_heading(file, create)}\n{SOURCE}\n\n"
        texts[FOLDER / f"{file.name}.sql"] = f"{heading}{_for_psql(body)}"
        texts[FOLDER / f"{file.name}_rollback.sql"] = _rollback(loader, file, others.get(file.name))
        texts[SUPABASE_FOLDER / f"{stamp:%Y%m%d%H%M%S}_{file.name[4:]}.sql"] = f"{heading}{body}\n"
    return texts


def drifted(texts: dict[Path, str]) -> list[Path]:
    """The files that are missing, differ from their text, or are of no use any more."""
    stored = {path for folder in (FOLDER, SUPABASE_FOLDER) for path in folder.glob("*.sql")}
    wrong = {path for path, text in texts.items() if not path.exists() or path.read_text() != text}
    return sorted(wrong | (stored - texts.keys()))


def write(texts: dict[Path, str]) -> list[Path]:
    """Make the folders equal to `texts`; returns the files that have changed."""
    changed = drifted(texts)
    for path in changed:
        if path in texts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path])
        else:
            path.unlink()
    return changed


# A file's parts ----------------------------------------------------------------------------------


def _heading(file: SchemaFile, create: str) -> str:
    tables = re.findall(r'^CREATE TABLE "?(\w+)', create, re.MULTILINE)
    shown = ", ".join(tables[:8]) + (f" and {len(tables) - 8} more" if len(tables) > 8 else "")
    return f"{file.name}: creates {shown}" if tables else file.name


def _create(loader: MigrationLoader, file: SchemaFile, others: Tables | None) -> str:
    ours = statements.forwards(loader, file.ours)
    if others is None:
        return ours
    opening = _opening(loader, file, others)
    return "\n\n".join(
        part
        for part in (f"{opening}\n{others.create}\n{END}", ours, f"{opening}\n{others.foreign_keys}\n{END}")
        if part
    )


def _guard(earlier: list[SchemaFile], file: SchemaFile, create: str) -> str:
    rows = ", ".join(f"('{one.name}', '{app}.{name}')" for one in earlier for app, name in one.ours)
    order = (SQL / "order.sql").read_text().strip() if earlier else ""
    tables = re.findall(r'^CREATE TABLE "?(\w+)', create, re.MULTILINE)
    return _filled(
        "guard.sql",
        order=order,
        earlier=rows,
        first=earlier[0].name if earlier else "",
        file=file.name,
        migrations=_quoted(map(".".join, file.keys)),
        tables=_quoted(tables),
        lock=str(LOCK),
    )


def _record(file: SchemaFile) -> str:
    rows = ",\n    ".join(f"('{app}', '{name}', now())" for app, name in file.keys)
    return f"INSERT INTO django_migrations (app, name, applied) VALUES\n    {rows};"


def _rollback(loader: MigrationLoader, file: SchemaFile, others: Tables | None) -> str:
    guard = _filled(
        "rollback_guard.sql",
        file=file.name,
        migrations=_quoted(map(".".join, file.keys)),
        apps=_quoted(sorted(our_apps())),
        lock=str(LOCK),
    )
    drops = others.drop if others else ""
    body = "\n".join(part for part in (statements.backwards(loader, file.ours), drops) if part)
    if "django_migrations" in body:  # the first file, which is the last to go
        body += "\nALTER DEFAULT PRIVILEGES GRANT EXECUTE ON ROUTINES TO PUBLIC; -- as Postgres has it"
    else:
        rows = ",\n    ".join(f"('{app}', '{name}')" for app, name in file.keys)
        body += f"\nDELETE FROM django_migrations WHERE (app, name) IN (\n    {rows}\n);"
    return f"-- Rolls {file.name} back, with all of its data.\n{SOURCE}\n\n{_for_psql(f'{guard}\n\n{body}')}"


def _for_psql(body: str) -> str:
    return f"\\set ON_ERROR_STOP on\nBEGIN;\n\n{body}\n\nCOMMIT;\n"


def _filled(template: str, **values: str) -> str:
    text = (SQL / template).read_text().strip()
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return "\n".join(line for line in text.splitlines() if line.strip())


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


# Tables of other packages ------------------------------------------------------------------------


def _third_party(loader: MigrationLoader, files: list[SchemaFile], report: Report) -> dict[str, Tables]:
    """What the stored files have, if they were made from the same migrations; else a new dump."""
    stored = {file.name: _stored(loader, file) for file in files if file.third_party}
    if all(stored.values()):
        return {name: tables for name, tables in stored.items() if tables}
    return third_party.dump_tables(files, report)


def _stored(loader: MigrationLoader, file: SchemaFile) -> Tables | None:
    """The tables of other packages that a stored file has; None if they are outdated or were edited."""
    path = FOLDER / f"{file.name}.sql"
    text = path.read_text() if path.exists() else ""
    parts = re.findall(rf"^(-- Tables of other packages .*)\n((?s:.*?))\n?{END}$", text, re.MULTILINE)
    if len(parts) != 2:
        return None
    tables = Tables(parts[0][1], parts[1][1])
    return tables if parts[0][0] == _opening(loader, file, tables) else None


def _opening(loader: MigrationLoader, file: SchemaFile, tables: Tables) -> str:
    """The line above the tables, which changes with their migrations and with their text."""
    text = hashlib.sha256(f"{tables.create}\n{tables.foreign_keys}".encode()).hexdigest()
    source = fingerprint(loader, file.third_party)
    return f"-- Tables of other packages (migrations {source}, text {text[:16]})"
