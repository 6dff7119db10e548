"""`manage.py backup`: writes an encrypted backup of the database to a folder or a bucket."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from blogai.backup import make, postgres, shelf
from blogai.backup.place import Place
from blogai.backup.progress import progress, size_of


class Command(BaseCommand):
    help = "Write an encrypted backup of the database and its secrets, while the product runs."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to", default=settings.BACKUP_TO, help="a folder or s3://bucket/folder (BACKUP_TO)"
        )
        parser.add_argument("--keep", type=int, metavar="N", help="then delete all but the newest N")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["to"]:
            raise CommandError("Set BACKUP_TO, or say where: --to FOLDER, or --to s3://bucket/folder.")
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError("--keep must be at least 1.")
        place = Place(options["to"])
        with progress() as report:
            name, made = make.make(place, lambda size: report("Writing", size, 0))
        self.stdout.write(
            f"{name} is in {place.address}: {sum(made.rows.values()):,} rows of {len(made.rows)} tables, "
            f"{size_of(sum(file.size for file in made.files.values()))}."
        )
        if made.server < postgres.SETS_TRANSACTION_TIMEOUT <= made.pg_dump:
            self.stdout.write(
                f"pg_dump {made.pg_dump} made it, so it can be restored only into Postgres "
                f"{postgres.SETS_TRANSACTION_TIMEOUT} or newer. Install postgresql-client-{made.server} to "
                f"restore into {made.server} too."
            )
        for old in shelf.keep_newest(place, options["keep"]) if options["keep"] else []:
            self.stdout.write(f"Deleted {old}.")
