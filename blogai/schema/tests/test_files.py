"""Which migrations each SQL file has, what is refused, and which files have drifted."""

from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import UUIDField

from blogai.schema import export
from blogai.schema.files import FOLDER, SchemaError, schema_files
from blogai.schema.statements import SchemaEditor, backwards
from generation.models import Run


def loader_with(app: str, name: str, *needs: tuple[str, str]) -> MigrationLoader:
    """The migrations on disk and one more."""
    loader = MigrationLoader(None, replace_migrations=False)
    migration = Migration(name, app)
    loader.disk_migrations[app, name] = migration
    loader.graph.add_node((app, name), migration)
    for needed in needs:
        loader.graph.add_dependency(migration, (app, name), needed)
    return loader


# The order of the files --------------------------------------------------------------------------


def test_it_works() -> None:
    loader = MigrationLoader(None, replace_migrations=False)
    files = schema_files(loader)
    names = [file.name for file in files]
    keys = [key for file in files for key in file.keys]
    assert names == sorted(names)
    assert sorted(keys) == sorted(loader.disk_migrations), "each migration is in one file"
    assert {file.name for file in files if "djstripe" in dict(file.keys)} == {"008_stripe_integration"}


def test_a_file_has_all_migrations_of_its_name() -> None:
    loader = loader_with("accounts", "011_rate_limits", ("accounts", "010_api_keys"))
    (shared,) = [file for file in schema_files(loader) if file.name == "011_rate_limits"]
    assert shared.ours == (("accounts", "011_rate_limits"), ("generation", "011_rate_limits"))


def test_a_new_migration_brings_what_it_needs() -> None:
    loader = loader_with("djstripe", "0099_new", ("djstripe", "0003_2_11"))
    ours = Migration("999_new_stripe", "billing")
    loader.disk_migrations["billing", "999_new_stripe"] = ours
    loader.graph.add_node(("billing", "999_new_stripe"), ours)
    loader.graph.add_dependency(ours, ("billing", "999_new_stripe"), ("djstripe", "0099_new"))
    last = schema_files(loader)[-1]
    assert (last.ours, last.third_party) == ((("billing", "999_new_stripe"),), (("djstripe", "0099_new"),))


@pytest.mark.parametrize("name", ["0012_teams", "12_teams", "teams", "012_Teams"])
def test_a_name_without_three_digits(name: str) -> None:
    with pytest.raises(
        SchemaError, match=rf"^The migration {name} needs .* three digits, such as 012_.eams\.$"
    ):
        schema_files(loader_with("generation", name))


def test_one_that_needs_a_later_file() -> None:
    loader = loader_with("accounts", "005_create_teams", ("generation", "009_runs"))
    with pytest.raises(SchemaError, match=r"^005_create_teams needs generation\.\w+, whose file comes later"):
        schema_files(loader)


def test_one_of_another_package_that_none_of_ours_needs() -> None:
    loader = loader_with("djstripe", "0099_new", ("djstripe", "0003_2_11"))
    with pytest.raises(SchemaError, match=r"^Let a migration of ours depend on djstripe\.0099_new: no file"):
        schema_files(loader)


# Drift -------------------------------------------------------------------------------------------


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[Path, str]:
    """Three files as they should be, and as they are."""
    for_psql, supabase = tmp_path / "migrations_sql", tmp_path / "supabase"
    monkeypatch.setattr(export, "FOLDER", for_psql)
    monkeypatch.setattr(export, "SUPABASE_FOLDER", supabase)
    names = [for_psql / "000_a.sql", for_psql / "000_a_rollback.sql", supabase / "20261127000000_a.sql"]
    texts = {path: f"-- {path.name}\n" for path in names}
    assert export.write(texts) == sorted(texts)
    return texts


def test_what_is_as_written_has_not_drifted(texts: dict[Path, str]) -> None:
    assert export.drifted(texts) == []


def test_an_edited_a_missing_and_a_superfluous_file_are_named(texts: dict[Path, str], tmp_path: Path) -> None:
    _, missing, edited = texts
    superfluous = tmp_path / "supabase" / "20261127000100_b.sql"
    edited.write_text("-- edited\n")
    missing.unlink()
    superfluous.write_text("")
    assert export.drifted(texts) == sorted([edited, missing, superfluous])
    assert export.write(texts) == sorted([edited, missing, superfluous])
    assert export.drifted(texts) == []
    assert not superfluous.exists()


# Statements --------------------------------------------------------------------------------------


def test_a_dropped_foreign_key_has_its_name_in_a_database_without_tables(scratch: None) -> None:
    loader = MigrationLoader(None, replace_migrations=False)
    statements = backwards(loader, [("generation", "003_create_conversations")])
    stored = (FOLDER / "003_create_conversations_rollback.sql").read_text()
    assert 'DROP CONSTRAINT "generated_content_conversation_id_41dd07e9_fk_conversations_id"' in statements
    assert statements in stored


def test_what_only_the_database_can_name_is_refused(scratch: None) -> None:
    unique, plain = Run._meta.get_field("post_id"), UUIDField()
    plain.set_attributes_from_name("post_id")
    editor = SchemaEditor(connection, collect_sql=True)
    with pytest.raises(SchemaError, match="what is dropped from runs: drop it with RunSQL"):
        editor.alter_field(Run, unique, plain)
