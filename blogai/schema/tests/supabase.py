"""A database like that of a Supabase project from before its Data API had to be let in."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper

from blogai.schema.files import SUPABASE_FOLDER
from blogai.schema.scratch import scratch_database, server

OWNER, STRANGER = "blogai_test_owner", "blogai_test_stranger"
API_ROLES = ("anon", "authenticated")
ROLES = {OWNER: "", STRANGER: "", "anon": "", "authenticated": "", "service_role": "BYPASSRLS"}
FUNCTION = "CREATE FUNCTION answer() RETURNS int LANGUAGE sql"


@contextmanager
def supabase_project() -> Iterator[None]:
    """An empty database, which Django uses inside the block as its owner, who is no superuser.

    Roles belong to the whole server and stay there: other test processes may be using them.
    """
    with scratch_database():
        with server() as superuser:
            for role, options in ROLES.items():
                superuser.execute(
                    f"DO $$ BEGIN CREATE ROLE {role} {options}; "
                    "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$".encode()
                )
            superuser.execute(
                "DO $$ BEGIN "
                f"EXECUTE format('ALTER DATABASE %I OWNER TO {OWNER}', current_database());"
                f"EXECUTE format('ALTER DATABASE %I SET role = {OWNER}', current_database());"
                "END $$".encode()
            )
        with server() as owner:
            owner.execute(default_grants("public").encode())
        yield


def default_grants(schema: str) -> str:
    """What an older project grants to the roles of its Data API, as SQL."""
    roles = "anon, authenticated, service_role"
    return f"GRANT USAGE ON SCHEMA {schema} TO {roles};" + "".join(
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT ALL ON {objects} TO {roles};"
        for objects in ("TABLES", "SEQUENCES", "FUNCTIONS")
    )


def push() -> None:
    """Apply `supabase/migrations` as Supabase's CLI does: each file is one implicit transaction."""
    with server() as direct:
        for path in sorted(SUPABASE_FOLDER.glob("*.sql")):
            direct.execute(path.read_bytes())


@contextmanager
def rolled_back() -> Iterator[CursorWrapper]:
    """A cursor in a transaction that is rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield cursor
        transaction.set_rollback(True)


@contextmanager
def acting_as(cursor: CursorWrapper, role: str) -> Iterator[None]:
    """Statements are those of `role`; NONE is the superuser."""
    cursor.execute(f"SET LOCAL ROLE {role}")
    yield
    cursor.execute(f"SET LOCAL ROLE {OWNER}")


def first_column(cursor: CursorWrapper, query: str) -> list[Any]:
    cursor.execute(query)
    return [row[0] for row in cursor.fetchall()]


def not_denied(cursor: CursorWrapper, statements: Iterable[str]) -> list[str]:
    """The statements that do something else than to fail for want of a privilege."""
    found = []
    for statement in statements:
        try:
            with transaction.atomic():
                cursor.execute(statement)
        except ProgrammingError as error:
            if str(error).startswith("permission denied for"):
                continue
        found.append(statement)
    return found
