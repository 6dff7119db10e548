"""Databases that exist only inside a block."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import psycopg
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql
from psycopg.conninfo import make_conninfo

from blogai.embedded.postgres import programs

connection = cast(DatabaseWrapper, connections["default"])


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty database on the same server, which Django uses inside the block."""
    name = f"blogai_scratch_{os.getpid()}"
    with server() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            with connected_to(name):
                yield
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def connected_to(database: str) -> Iterator[None]:
    """Django's connection and its pool use `database` inside the block."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = before


def server() -> psycopg.Connection:
    """A connection of its own to Django's database, which commits each statement."""
    return psycopg.connect(make_conninfo(**parameters()), autocommit=True)


def parameters() -> dict[str, str]:
    """How to reach Django's database: names of libpq's parameters and their values."""
    wanted = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")
    known = connection.get_connection_params()
    return {name: str(known[name]) for name in wanted if known.get(name)}


def client_program(name: str) -> Path | str:
    """Where psql or pg_dump is: the embedded server has its own. They must be no older than the server."""
    if settings.EMBEDDED_DATABASE:
        return programs() / name
    found = shutil.which(name)
    if found is None:
        raise CommandError(f"{name} is not installed (Debian: postgresql-client).")
    return found


def client_environment() -> dict[str, str]:
    """The environment in which psql and pg_dump use Django's database."""
    names = {"dbname": "PGDATABASE"}
    return {
        **os.environ,
        **{names.get(name, f"PG{name.upper()}"): value for name, value in parameters().items()},
    }
