"""`check_rls`: every rule, and what repairs what it names."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.backends.utils import CursorWrapper

from blogai.schema.apply import lock_down
from blogai.schema.export import lockdown_sql
from blogai.schema.files import SUPABASE_FOLDER
from blogai.schema.rls import QUESTIONS, findings
from blogai.schema.tests.supabase import (
    API_ROLES,
    FUNCTION,
    OWNER,
    STRANGER,
    acting_as,
    default_grants,
    push,
    rolled_back,
    supabase_project,
)

pytestmark = pytest.mark.sweep


@pytest.fixture(scope="module")
def _project(database_url: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), supabase_project():
        push()
        yield


@pytest.fixture
def cursor(_project: None) -> Iterator[CursorWrapper]:
    """A cursor of the owner, in a transaction that is rolled back."""
    with rolled_back() as cursor:
        yield cursor


def test_it_works(cursor: CursorWrapper) -> None:
    out = StringIO()
    call_command("check_rls", stdout=out)
    assert out.getvalue() == "Supabase's Data API can reach nothing in this schema.\n"


MOVE_EXTENSION = """
    SET LOCAL ROLE NONE;
    UPDATE pg_extension SET extnamespace = 'public'::regnamespace WHERE extname = 'plpgsql';
    RESET ROLE
"""

VIOLATIONS: list[tuple[str, dict[str, list[str]], dict[str, list[str]]]] = [
    ("CREATE TABLE notes (id int)", {"rls_disabled_in_public": ["notes"]}, {}),
    ("CREATE TABLE notes (id int) PARTITION BY RANGE (id)", {"rls_disabled_in_public": ["notes"]}, {}),
    (
        "CREATE TABLE notes (id int); CREATE POLICY own ON notes TO service_role USING (true)",
        {"rls_disabled_in_public": ["notes"], "policy_exists_rls_disabled": ["notes"]},
        {},
    ),
    *(
        (statement, {"rls_policy_for_api": ["open on users"]}, {"rls_policy_for_api": ["open on users"]})
        for statement in (
            "CREATE POLICY open ON users TO anon USING (true)",
            "CREATE POLICY open ON users TO authenticated USING (id IS NULL)",
            "CREATE POLICY open ON users USING (true)",
        )
    ),
    ("CREATE POLICY app ON users TO service_role USING (true)", {}, {}),
    ("CREATE POLICY app ON users AS RESTRICTIVE USING (true)", {}, {}),
    (
        "CREATE VIEW people AS SELECT email FROM users; GRANT SELECT ON people TO anon",
        {"security_definer_view": ["people"], "privileges": ["people (anon)"]},
        {},
    ),
    (
        "CREATE VIEW people WITH (security_invoker = on) AS SELECT email FROM users;"
        "GRANT SELECT ON people TO anon",
        {"privileges": ["people (anon)"]},
        {},
    ),
    (
        "CREATE MATERIALIZED VIEW people AS SELECT email FROM users;"
        "GRANT SELECT (email) ON people TO authenticated",
        {"materialized_view_in_api": ["people"], "privileges": ["people (authenticated)"]},
        {},
    ),
    (
        "SET LOCAL ROLE NONE; CREATE FOREIGN DATA WRAPPER none; CREATE SERVER none FOREIGN DATA WRAPPER none;"
        f"GRANT USAGE ON FOREIGN SERVER none TO {OWNER}; SET LOCAL ROLE {OWNER};"
        "CREATE FOREIGN TABLE afar (id int) SERVER none; GRANT SELECT ON afar TO anon",
        {"foreign_table_in_api": ["afar"], "privileges": ["afar (anon)"]},
        {},
    ),
    (f"{FUNCTION} AS 'SELECT 42'", {"function_search_path_mutable": ["answer()"]}, {}),
    ("CREATE PROCEDURE act() LANGUAGE sql AS ''", {"function_search_path_mutable": ["act()"]}, {}),
    *(
        (
            f"{FUNCTION} SECURITY DEFINER SET search_path = '' AS 'SELECT 42';"
            f"GRANT EXECUTE ON FUNCTION answer() TO {role}",
            {
                f"{role}_security_definer_function_executable": ["answer()"],
                "privileges": [f"answer() ({role})"],
            },
            {},
        )
        for role in API_ROLES
    ),
    (
        MOVE_EXTENSION,
        {"extension_in_public": ["plpgsql"]},
        {"extension_in_public": ["plpgsql"]},
    ),
    (
        "CREATE SCHEMA auth; CREATE TABLE auth.users (email text);"
        "CREATE VIEW people WITH (security_invoker) AS SELECT email FROM auth.users;"
        "GRANT SELECT ON people TO anon",
        {"auth_users_exposed": ["people"], "privileges": ["people (anon)"]},
        {},
    ),
    (
        "ALTER TABLE users DISABLE ROW LEVEL SECURITY; GRANT SELECT ON users TO authenticated",
        {
            "rls_disabled_in_public": ["users"],
            "sensitive_columns_exposed": [
                "users.password",
                "users.webhook_secret",
                "users.webhook_secret_number",
            ],
            "privileges": ["users (authenticated)"],
        },
        {},
    ),
    *(
        (f"GRANT {privilege} ON {thing} TO {role}", {"privileges": [f"{name} ({to})"]}, {})
        for role, to in (
            ("anon", "anon"),
            ("authenticated", "authenticated"),
            ("PUBLIC", "anon, authenticated, public"),
        )
        for privilege, thing, name in (
            ("INSERT", "users", "users"),
            ("TRUNCATE", "users", "users"),
            ("TRIGGER", "users", "users"),
            ("REFERENCES", "users", "users"),
            ("SELECT (email)", "users", "users"),
            ("UPDATE (email)", "users", "users"),
            ("USAGE", "SEQUENCE django_content_type_id_seq", "django_content_type_id_seq"),
            ("EXECUTE", "FUNCTION procrastinate_register_worker_v1()", "procrastinate_register_worker_v1()"),
        )
    ),
    (
        "CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int); GRANT EXECUTE ON FUNCTION total TO anon",
        {"privileges": ["total(integer) (anon)"]},
        {},
    ),
    (
        "GRANT SELECT ON users TO anon WITH GRANT OPTION; SET LOCAL ROLE anon;"
        "GRANT SELECT ON users TO authenticated; RESET ROLE",
        {"privileges": ["users (anon, authenticated)"]},
        {},
    ),
    (
        f"GRANT SELECT ON users TO {STRANGER} WITH GRANT OPTION; SET LOCAL ROLE {STRANGER};"
        f"GRANT SELECT ON users TO anon; SET LOCAL ROLE {OWNER}",
        {"privileges": ["users (anon)"]},
        {"privileges": ["users (anon)"]},
    ),
    *(
        (
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON {kind} TO {role}",
            {"default_privileges": [f"{kind} of {OWNER} ({role})"]},
            {},
        )
        for kind in ("tables", "sequences", "routines")
        for role in (*API_ROLES, "public")
    ),
    (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON ROUTINES FROM service_role;"
        "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON ROUTINES TO PUBLIC;"  # as Postgres has it
        f"{FUNCTION} SET search_path = '' AS 'SELECT 42'",
        {
            "default_privileges": [f"routines of {OWNER} (public)"],
            "privileges": ["answer() (anon, authenticated, public)"],
        },
        {},
    ),
    (
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO anon",
        {"default_privileges": [f"tables of {OWNER} (anon)"]},
        {"default_privileges": [f"tables of {OWNER} (anon)"]},
    ),
    (
        "GRANT CREATE ON SCHEMA public TO anon",
        {"create_in_schema": ["anon"]},
        {"create_in_schema": ["anon"]},
    ),
]


@pytest.mark.parametrize(("statements", "found", "left"), VIOLATIONS)
def test_each_violation_is_named_and_repaired_as_advised(
    cursor: CursorWrapper, statements: str, found: dict[str, list[str]], left: dict[str, list[str]]
) -> None:
    cursor.execute(statements)
    assert findings() == found
    lock_down()
    assert findings() == left


def test_every_rule_has_a_violation_here() -> None:
    assert {rule for _, found, _ in VIOLATIONS for rule in found} | {"other_owner"} == QUESTIONS.keys()


def test_without_the_lock_down_it_fails_and_says_what_to_do(cursor: CursorWrapper) -> None:
    """In a schema whose name needs quotes."""
    cursor.execute('CREATE SCHEMA "Open"; SET LOCAL search_path = "Open"')
    cursor.execute(default_grants('"Open"'))
    for path in sorted(SUPABASE_FOLDER.glob("*.sql")):
        cursor.execute(path.read_text().replace(lockdown_sql(), ""))
    out = StringIO()
    with pytest.raises(CommandError, match=r"^5 of \d+ rules are broken\.$"):
        call_command("check_rls", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "rls_disabled_in_public",
        "function_search_path_mutable",
        "sensitive_columns_exposed",
        "privileges",
        "default_privileges",
    ]
    assert "users.password" in lines[2]
    assert "users (anon, authenticated)" in lines[3]
    assert all("`manage.py migrate`" in line for line in lines)
    lock_down()
    assert findings() == {}


def test_any_role_may_ask_and_nothing_is_written(cursor: CursorWrapper) -> None:
    cursor.execute("CREATE TABLE notes (id int)")
    with acting_as(cursor, "anon"):
        cursor.execute("SET TRANSACTION READ ONLY")
        assert findings() == {"rls_disabled_in_public": ["notes"]}


def test_a_server_without_supabases_roles_is_fine(cursor: CursorWrapper) -> None:
    with acting_as(cursor, "NONE"):
        for role in API_ROLES:
            cursor.execute(f"ALTER ROLE {role} RENAME TO blogai_test_{role}")
    lock_down()
    assert findings() == {}
    cursor.execute("GRANT SELECT ON users TO PUBLIC")
    assert findings() == {"privileges": ["users (public)"]}


def test_a_schema_without_our_tables_does_not_pass(cursor: CursorWrapper) -> None:
    cursor.execute("CREATE SCHEMA empty; SET LOCAL search_path = empty")
    with pytest.raises(CommandError, match="The schema empty has no tables of Blog AI"):
        call_command("check_rls")
