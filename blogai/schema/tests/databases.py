"""Scratch databases for the tests of the schema, and psql."""

import re
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection

from blogai.schema.files import FOLDER
from blogai.schema.scratch import client_environment, client_program

FILES = sorted(path for path in FOLDER.glob("*.sql") if not path.stem.endswith("_rollback"))
ROLLBACKS = sorted(FOLDER.glob("*_rollback.sql"), reverse=True)

SHAPE = """
    SELECT table_name || '.' || column_name, data_type, character_maximum_length, is_nullable, column_default,
        is_identity
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT tablename, indexdef, null, null, null, null FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass::text, conname || pg_get_constraintdef(oid), null, null, null, null
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT oid::regprocedure::text, pg_get_functiondef(oid), null, null, null, null
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT relname, obj_description(oid), null, relrowsecurity::text, relacl::text, null
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')
"""
"""Columns, indexes, constraints, routines, and what protects the tables."""


def psql(*paths: Path, role: str = "") -> subprocess.CompletedProcess[str]:
    """Apply these files as the documentation says, each in a process of its own; the last result."""
    environment = client_environment()
    if role:
        environment["PGUSER"] = role
    for path in paths:
        done = subprocess.run(
            [client_program("psql"), "-v", "ON_ERROR_STOP=1", "-q", "-f", path],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        if done.returncode:
            break
    return done


def shape() -> set[tuple[Any, ...]]:
    return {(name, _spelled_once(definition), *more) for name, definition, *more in rows(SHAPE)}


def _spelled_once(definition: str | None) -> str | None:
    """Postgres spells the IN of a partial index anew each time it reads it: with other casts and brackets."""
    if definition is None or "= ANY (" not in definition:
        return definition
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", definition)


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else []
