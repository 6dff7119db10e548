"""`manage.py backup_key`: makes the key that opens backups."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from blogai.backup import encryption


class Command(BaseCommand):
    help = "Make the key that opens backups, and print its public part, which makes them. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where the key goes; it must not exist")

    def handle(self, *, file: Path, **options: Any) -> None:
        public = encryption.new_key(file)
        self.stdout.write(
            f"BACKUP_RECIPIENTS={public}\nThat goes into the environment. {file} is the only key that opens "
            "the backups: keep it away from the server, in two places."
        )
