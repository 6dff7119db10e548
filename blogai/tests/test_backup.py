"""A backup is restored into an empty database, where everything still adds up and every key still works."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from psycopg import sql

from accounts.models import User
from blogai.backup import manifest, postgres, shelf
from blogai.backup.errors import BackupError
from blogai.backup.place import PART, Place
from blogai.schema.scratch import server
from blogai.tests.buckets import bucket
from blogai.tests.database import database_url
from generation.llm import simulated
from generation.models import Run
from generation.pipeline.types import Brief
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

PROJECT = Path(__file__).resolve().parent.parent.parent
NAME = re.compile(r"\d{8}T\d{6}Z-\w{4}")
AUTHENTICATE = """
import sys, django
django.setup()
from accounts import api_keys
print(api_keys.caller_for(sys.argv[1]).user.email)
"""


@dataclass
class Backups:
    """Backups in one place, and the key that opens them."""

    place: str
    key: Path

    def run(self, command: str, *arguments: str) -> str:
        said = StringIO()
        call_command(command, *arguments, stdout=said)
        return said.getvalue()

    def make(self, *arguments: str) -> str:
        """Returns its name."""
        found = NAME.match(self.run("backup", "--to", self.place, *arguments))
        assert found
        return found[0]

    def restore(self, into: str, *arguments: str) -> str:
        named = ("--from", self.place, "--key", str(self.key), "--into", into)
        return self.run("restore", *named, *arguments)


@pytest.fixture
def backups(tmp_path: Path, settings: Any) -> Backups:
    made = Backups(str(tmp_path / "backups"), tmp_path / "key")
    public = re.search(r"BACKUP_RECIPIENTS=(\S+)", made.run("backup_key", str(made.key)))
    assert public
    settings.BACKUP_RECIPIENTS = [public[1]]
    return made


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of a database with nothing in it, beside the tests'."""
    name = f"blogai_restored_{os.getpid()}"
    with server() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield re.sub(r"blogai_test_\d+", name, database_url())
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def tables_in(address: str) -> int:
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert found
    return int(found[0])


def ask(command: list[str], address: str, secrets: Path) -> str:
    """What a process says that has the restored database and the restored secrets, and nothing else."""
    restored = dict(line.split("=", 1) for line in secrets.read_text().splitlines())
    environment = {
        **{"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "blogai.settings"},
        **{"DATABASE_URL": address, "DATA_DIR": str(secrets.parent)},
        **restored,
    }
    done = subprocess.run(
        [sys.executable, *command], cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_everything_is_back(
    backups: Backups,
    empty_database: str,
    alice: User,
    key_for: Callable[..., str],
    tmp_path: Path,
    settings: Any,
) -> None:
    raw = key_for(alice)
    with simulated.serve() as provider:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "simulated", provider.openai_url
        runs = [start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=2))) for _ in range(2)]
        async_to_sync(execute)(runs[0].pk)
    assert set(Run.objects.values_list("status", flat=True)) == {"completed", "queued"}

    name = backups.make()
    files = [path.read_bytes() for path in Path(backups.place).rglob("*") if path.is_file()]
    for secret in (settings.API_KEY_PEPPER, settings.SECRET_KEY, alice.email):
        assert not any(secret.encode() in each for each in files)
    Run.objects.all().delete()

    secrets = tmp_path / "restored.env"
    said = backups.restore(empty_database, "--secrets", str(secrets))
    made = shelf.manifest_of(Place(backups.place), name)
    assert (made.rows["runs"], made.rows["generated_content"], made.rows["api_keys"]) == (2, 1, 1)
    assert f"{name} is restored: {sum(made.rows.values()):,} rows of {len(made.rows)} tables." in said
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert "are consistent" in ask(["manage.py", "check_invariants"], empty_database, secrets)
    assert ask(["-c", AUTHENTICATE, raw], empty_database, secrets) == f"{alice.email}\n"
    with psycopg.connect(empty_database) as connection:
        open_tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relrowsecurity"
        ours = f"{open_tables} AND relnamespace = 'public'::regnamespace"
        assert connection.execute(ours.encode()).fetchall() == []
    with pytest.raises(BackupError, match="The database isn't empty: it has "):
        backups.restore(empty_database)


def cut(backup: Path) -> None:
    path = backup / "database.dump.age"
    path.write_bytes(path.read_bytes()[:-1000])


def garble(backup: Path) -> None:
    path = backup / "database.dump.age"
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def change_migrations(backup: Path, change: Callable[[list[str]], list[str]]) -> None:
    path = backup / manifest.NAME
    said = json.loads(path.read_text())
    path.write_text(json.dumps(said | {"migrations": change(said["migrations"])}))


def come_from_the_future(backup: Path) -> None:
    change_migrations(backup, lambda applied: [*applied, "accounts.999_tomorrow"])


def lose_a_file(backup: Path) -> None:
    (backup / "secrets.json.age").unlink()


def test_what_cannot_be_restored_writes_nothing(
    backups: Backups, empty_database: str, alice: User, tmp_path: Path, settings: Any
) -> None:
    backup = Path(backups.place, backups.make())
    right = {path: path.read_bytes() for path in backup.iterdir()}
    secrets = tmp_path / "restored.env"

    def refused(why: str, *arguments: str) -> None:
        with pytest.raises(BackupError, match=why):
            backups.restore(empty_database, *arguments)
        assert (tables_in(empty_database), secrets.exists()) == (0, False)
        for path, content in right.items():
            path.write_bytes(content)

    for change, why in {
        cut: "is incomplete",
        garble: "SHA-256 differs",
        come_from_the_future: "999_tomorrow, which this version .* doesn't have",
        lose_a_file: "a file of it is missing",
    }.items():
        change(backup)
        refused(why, "--secrets", str(secrets))
    refused("has no such backup", "20200101T000000Z-none")
    other = tmp_path / "other"
    backups.run("backup_key", str(other))
    own, backups.key = backups.key, other
    refused("This key doesn't open the backup", "--secrets", str(secrets))
    backups.key = own
    settings.API_KEY_PEPPER = "another pepper, of at least 32 characters"
    refused("API_KEY_PEPPER isn't the backup's")
    settings.API_KEY_PEPPER = "the pepper after it, of 32 characters"

    change_migrations(backup, lambda applied: applied[:-1])
    assert "run `manage.py migrate_sql`" in backups.restore(empty_database, "--secrets", str(secrets))


def test_what_is_missing_here_is_told(tmp_path: Path, monkeypatch: Any) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    with pytest.raises(BackupError, match="Can't use /etc/passwd/x: "):
        Place("/etc/passwd/x")
    for installed, why in (set(), "isn't installed. Install .* version 15"), ({old}, "is version 9, and"):
        monkeypatch.setattr(postgres, "_installed", lambda name, found=installed: found)
        with pytest.raises(BackupError, match=why):
            postgres.program("pg_dump", 15)


def test_a_dump_that_fails_is_no_backup(backups: Backups, tmp_path: Path, monkeypatch: Any) -> None:
    broken = tmp_path / "pg_dump"
    broken.write_text(
        "#!/bin/sh\n[ $1 = --version ] && exec echo 'x (PostgreSQL) 99'\necho full >&2\nexit 1\n"
    )
    broken.chmod(0o755)
    monkeypatch.setattr(postgres, "_installed", lambda name: {broken})
    with pytest.raises(BackupError, match="pg_dump failed: full"):
        backups.make()
    assert Place(backups.place).names() == []


def test_old_ones_go(tmp_path: Path) -> None:
    """With what interrupted ones left; one that is being written is left alone."""
    place = Place(str(tmp_path / "backups"))
    for name in ("1/manifest.json", "1/a", "2/a", "3/manifest.json", "3/a", "4/manifest.json", "5/a"):
        with place.writing(name) as file:
            file.write(b"x")
    assert shelf.keep_newest(place, 2) == ["1", "2"]
    assert place.names() == ["3/a", "3/manifest.json", "4/manifest.json", "5/a"]


def test_a_bucket_is_as_good_as_a_folder(backups: Backups, empty_database: str, settings: Any) -> None:
    with bucket("backups") as settings.BACKUP_S3:
        backups.place = "s3://backups/blog-ai"
        name = backups.make()
        assert f"{name} is restored" in backups.restore(empty_database)
        place = Place(backups.place)
        assert {each.partition("/")[0] for each in place.names()} == {name}
        assert b'"format": 1' in b"".join(Place("s3://backups").chunks(f"blog-ai/{name}/{manifest.NAME}"))
        with place.writing("large") as file:
            for _ in range(3):
                file.write(b"x" * PART)
        assert sum(map(len, place.chunks("large"))) == 3 * PART
        with pytest.raises(ValueError, match="half way"), place.writing("half") as file:
            file.write(b"x" * PART)
            raise ValueError("half way")
        assert "half" not in place.names()
        with pytest.raises(BackupError, match="Can't use s3://another: There's no such place"):
            backups.run("backup", "--to", "s3://another")
