"""The schema by psql, by `migrate_sql` and by `migrate`, and what each says when something is in the way."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder

from blogai.embedded import CannotStart
from blogai.schema import apply
from blogai.schema.apply import bring_up_to_date
from blogai.schema.before_files import NEWEST
from blogai.schema.files import FOLDER, SchemaError, sql_text
from blogai.schema.scratch import server
from blogai.schema.tests.databases import FILES, ROLLBACKS, psql, rows, shape
from blogai.tests.database import database_url
from blogai.tests.processes import SECONDS, Process

pytestmark = [pytest.mark.sweep, pytest.mark.usefixtures("scratch")]

VERSION_0_1_0 = Path(__file__).parent / "data" / "version_0_1_0.sql"


def file(name: str) -> Path:
    return FOLDER / f"{name}.sql"


class MigrateSql(Process):
    PROGRAM = ("manage.py", "migrate_sql")


@contextmanager
def stranger() -> Iterator[tuple[str, psycopg.Connection]]:
    """A role that owns nothing, and a connection of the superuser."""
    name = f"schema_stranger_{os.getpid()}"
    with server() as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN".encode())
        try:
            yield name, admin
        finally:
            admin.execute(f"DROP OWNED BY {name}".encode())
            admin.execute(f"DROP ROLE {name}".encode())


def said(*paths: Path, role: str = "") -> str:
    """The error of the last of these files, which must fail and change nothing."""
    if others := paths[:-1]:
        assert psql(*others).returncode == 0
    before = shape()
    done = psql(paths[-1], role=role)
    assert done.returncode == 3
    assert shape() == before
    return done.stderr


@pytest.mark.worker
def test_psql_in_order_and_back() -> None:
    done = psql(*FILES)
    assert done.returncode == 0, done.stderr
    plans = rows("SELECT tier, posts_per_month FROM tier_limits ORDER BY position")
    assert plans == [("free", 5), ("starter", 50), ("pro", 200), ("business", 1_000)]
    assert not bring_up_to_date()
    call_command("migrate", check_unapplied=True, verbosity=0)

    done = psql(*ROLLBACKS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not shape()
    left = (
        "SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace"
        " UNION ALL SELECT oid::text FROM pg_default_acl"
    )
    assert rows(left) == []


@pytest.mark.worker
def test_the_files_and_migrate_sql_give_the_same_schema() -> None:
    assert psql(*FILES).returncode == 0
    by_psql = shape()
    assert psql(*ROLLBACKS).returncode == 0
    reports: list[str] = []
    assert bring_up_to_date(reports.append)
    assert reports == [f"Applying {path.stem}" for path in FILES]
    assert shape() == by_psql
    assert not bring_up_to_date(reports.append)


@pytest.mark.worker
@pytest.mark.timeout(600)
def test_migrate_gives_the_same_schema() -> None:
    """Minutes: dj-stripe's migrations have 500 operations."""
    bring_up_to_date()
    by_files = shape()
    assert psql(*ROLLBACKS).returncode == 0
    call_command("migrate", verbosity=0)
    assert shape() == by_files


def test_a_file_applied_twice() -> None:
    again = said(*FILES[:2], FILES[0])
    assert "000_framework has been applied already. Nothing was changed." in again
    assert "001_create_generated_content has been applied already" in said(FILES[1])


def test_a_file_out_of_order() -> None:
    assert "Apply 000_framework before 001_create_generated_content." in said(FILES[1])
    assert "Apply 001_create_generated_content before 003_create_conversations." in said(FILES[0], FILES[3])


@pytest.mark.worker
def test_a_rollback_out_of_order() -> None:
    assert psql(*FILES).returncode == 0
    stripe = file("008_stripe_integration_rollback")
    assert f"Roll back {FILES[-1].stem} before 008_stripe_integration." in said(stripe)
    assert psql(*ROLLBACKS[: ROLLBACKS.index(stripe) + 1]).returncode == 0
    assert "008_stripe_integration is not applied" in said(stripe)


def test_a_half_applied_database() -> None:
    assert psql(*FILES[:8]).returncode == 0
    rows("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert re.search(r"000_framework is half applied: \d+ of its \d+ migrations", said(FILES[0]))


def test_tables_that_nothing_recorded() -> None:
    rows("CREATE TABLE users (id integer)")
    assert "The schema public already has tables that 000_framework creates: users." in said(FILES[0])
    with pytest.raises(SchemaError, match="already has tables that 000_framework creates: users"):
        bring_up_to_date()


def test_a_role_that_is_not_the_owner() -> None:
    assert psql(FILES[0]).returncode == 0
    with stranger() as (name, admin):
        admin.execute(f"GRANT CREATE, USAGE ON SCHEMA public TO {name}".encode())
        assert f"and {name} is not a member of it. Nothing was changed." in said(FILES[1], role=name)
        admin.execute(f"REVOKE CREATE ON SCHEMA public FROM {name}".encode())
        assert f"The role {name} may not create tables in the schema public." in said(FILES[1], role=name)


def test_a_database_at_the_end_of_a_file_gets_the_others() -> None:
    assert psql(*FILES[:5]).returncode == 0
    reports: list[str] = []
    assert bring_up_to_date(reports.append)
    assert reports == [f"Applying {path.stem}" for path in FILES[5:]]


def test_a_database_of_newer_code() -> None:
    bring_up_to_date()
    rows("INSERT INTO django_migrations (app, name, applied) VALUES ('billing', '099_later', now())")
    with pytest.raises(CannotStart, match="Another version of Blog AI"):
        bring_up_to_date()


@pytest.mark.worker
def test_a_database_of_version_0_1_0_is_taken_over() -> None:
    bring_up_to_date()
    today = shape()
    assert psql(*ROLLBACKS, VERSION_0_1_0).returncode == 0
    reports: list[str] = []
    assert bring_up_to_date(reports.append)
    newer = [f"Applying {path.stem}" for path in FILES if path.stem > NEWEST]
    assert reports == ["Upgrading the database from version 0.1.0", *newer]
    assert not today ^ shape()
    call_command("migrate", check_unapplied=True, verbosity=0)
    assert rows("SELECT title, is_favorite FROM generated_content") == [("How tides work", False)]
    assert rows("SELECT posts_per_day FROM tier_limits WHERE tier = 'free'") == [(7,)]  # as staff left it
    assert rows("SELECT email FROM users") == [("alice@example.com",)]
    assert not bring_up_to_date()


def test_an_older_database_is_left_alone() -> None:
    assert psql(VERSION_0_1_0).returncode == 0
    rows("DELETE FROM django_migrations WHERE app = 'generation' AND name > '0004'")
    before = shape()
    with pytest.raises(CannotStart, match="Another version of Blog AI"):
        bring_up_to_date()
    assert shape() == before


def test_a_lock_held_by_another_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "sql_text", lambda file: sql_text(file).replace(b"'5s'", b"'100ms'"))
    assert psql(*FILES[:3]).returncode == 0
    with server() as other, other.transaction():
        other.execute("LOCK TABLE generated_content")
        with pytest.raises(SchemaError, match="003_create_conversations: another session has locked a table"):
            bring_up_to_date()
    assert bring_up_to_date()


@pytest.mark.worker
def test_two_processes_at_once(tmp_path: Path) -> None:
    both = [MigrateSql(tmp_path, DATABASE_URL=database_url()) for _ in range(2)]
    for one in both:
        assert one.process.wait(SECONDS) == 0, one.printed
        one.close()
    assert sorted(one.printed[-1] for one in both) == [
        "Nothing to do: it is up to date.",
        "The database is up to date.",
    ]
    assert not bring_up_to_date()
    assert MigrationRecorder.Migration.objects.filter(name="000_framework").count() == 2
