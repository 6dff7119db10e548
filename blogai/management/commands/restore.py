"""`manage.py restore`: restores a backup into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from blogai.backup import encryption, postgres, shelf
from blogai.backup.place import Place
from blogai.backup.progress import progress
from blogai.backup.restore import restore


class Command(BaseCommand):
    help = "Check a backup, and restore it into an empty database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="of the backup; the default is the newest")
        parser.add_argument(
            "--from", default=settings.BACKUP_TO, help="a folder or s3://bucket/folder (BACKUP_TO)"
        )
        parser.add_argument("--key", type=Path, metavar="FILE", help="the key that `backup_key` made")
        parser.add_argument("--into", metavar="URL", help="an empty database (DATABASE_URL_DIRECT)")
        parser.add_argument("--secrets", type=Path, metavar="FILE", help="write the backup's secrets there")
        parser.add_argument("--list", action="store_true", help="list the backups instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["from"]:
            raise CommandError("Set BACKUP_TO, or say where: --from FOLDER, or --from s3://bucket/folder.")
        place = Place(options["from"])
        if options["list"]:
            return self._list(place)
        if not options["key"]:
            raise CommandError("Say which file has the key of the backup: --key FILE.")
        keys = encryption.identities(options["key"])
        address = postgres.parsed_address(options["into"]) if options["into"] else postgres.djangos_address()
        name = options["name"] or shelf.newest(place)
        with progress() as report:
            done = restore(place, name, keys, address, secrets_file=options["secrets"], report=report)
        rows = done.manifest.rows
        self.stdout.write(f"{name} is restored: {sum(rows.values()):,} rows of {len(rows)} tables.")
        if options["secrets"]:
            self.stdout.write(f"{options['secrets']} has {', '.join(done.manifest.secrets)}.")
        if done.is_behind:
            self.stdout.write("This version has newer migrations: run `manage.py migrate_sql`.")
        return None

    def _list(self, place: Place) -> None:
        for name in shelf.backups(place):
            made = shelf.manifest_of(place, name)
            self.stdout.write(
                f"{name}  version {made.version}, {made.newest_migration}, {sum(made.rows.values()):,} rows"
            )
