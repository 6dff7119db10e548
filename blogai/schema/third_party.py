"""The tables of other packages, dumped from a scratch database.

`sqlmigrate` would write their whole history, and cannot write dj-stripe's at all: it looks up constraints
that an empty database does not have. A dump says what is left at the end.
"""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from blogai.schema.files import SchemaError, SchemaFile, our_apps, our_functions
from blogai.schema.scratch import client_environment, client_program, scratch_database

HEADING = re.compile(r"^--\n-- Name: (?P<name>.+); Type: (?P<type>[A-Z ]+); Schema: .+\n--\n", re.MULTILINE)


@dataclass(frozen=True)
class Tables:
    """What other packages make for one file, as SQL."""

    create: str
    foreign_keys: str
    """Apart, since they may point at tables of ours."""

    @property
    def drop(self) -> str:
        """The statements that undo it. What belongs to a table goes with the table."""
        return "\n".join(
            statement.format(",\n    ".join(sorted(names)))
            for kind, statement in DROPS.items()
            if (names := re.findall(rf"^CREATE {kind} (\w+)", self.create, re.MULTILINE))
        )


SESSION = re.compile(
    r"^(SET default_\w+ = .*;|\\(un)?restrict .*|-- PostgreSQL database dump complete|--)\n", re.MULTILINE
)
"""Lines of the dump that are about the session that loads it."""
DROPS = {
    "TABLE": "DROP TABLE\n    {}\nCASCADE;",
    "FUNCTION": "DROP FUNCTION IF EXISTS\n    {}\nCASCADE;",  # some have gone with the type of their table
    "TYPE": "DROP TYPE\n    {};",
}
"""In this order: triggers of tables run the functions, whose parameters have the types."""

type Dump = dict[tuple[str, str], str]
"""(type, name) -> statement, in the dump's order."""


def dump_tables(files: list[SchemaFile], report: Callable[[str], None]) -> dict[str, Tables]:
    """The tables of each file that has some. Takes minutes: dj-stripe has 500 operations on empty tables."""
    found = {}
    before: Dump = {}
    with scratch_database():
        for file in files:
            if not file.third_party:
                continue
            report(f"{file.name}: migrating a scratch database")
            executor = MigrationExecutor(connection)
            executor.migrate(list(file.ours))
            connection.close()
            after = _dump()
            if changed := [key for key, text in before.items() if after.get(key) != text]:
                raise SchemaError(
                    f"{file.name} changes what an earlier file has made ({changed[0][1]}): write those "
                    "statements in a migration of ours, with RunSQL."
                )
            found[file.name] = _tables({key: text for key, text in after.items() if key not in before})
            before = after
    return found


def _tables(entries: Dump) -> Tables:
    keys = [text for (kind, _), text in entries.items() if kind == "FK CONSTRAINT"]
    others = [text for (kind, _), text in entries.items() if kind != "FK CONSTRAINT"]
    return Tables("\n".join(others), "\n".join(keys))


def _dump() -> Dump:
    ours = {
        model._meta.db_table
        for label in our_apps()
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }
    options = ("--schema-only", "--no-owner", "--no-privileges", "--no-comments", "--no-tablespaces")
    done = subprocess.run(
        [client_program("pg_dump"), *options, *(f"--exclude-table={name}" for name in sorted(ours))],
        capture_output=True,
        text=True,
        env=client_environment(),
        check=False,
    )
    if done.returncode:
        raise SchemaError(f"pg_dump failed: {done.stderr.strip()}")
    functions = {("FUNCTION", f"{name}()") for name in our_functions()}
    return {key: text for key, text in _parsed(done.stdout).items() if key not in functions}


def _parsed(dump: str) -> Dump:
    found = list(HEADING.finditer(dump))
    ends = [match.start() for match in found[1:]] + [len(dump)]
    entries: Dump = {}
    for match, end in zip(found, ends, strict=True):
        if match["type"] == "SCHEMA":
            continue
        text = SESSION.sub("", dump[match.end() : end]).replace("public.", "").strip()
        if match["type"] != "FUNCTION":  # whose body is kept to the letter
            text = re.sub(r"\n{2,}", "\n", text)
        entries[match["type"], match["name"].replace("public.", "")] = text
    return entries
