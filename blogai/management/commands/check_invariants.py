"""`manage.py check_invariants`: checks that the database is consistent."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import invariants as ledger
from generation.runs import invariants as runs


class Command(BaseCommand):
    help = "Print every inconsistency in the ledger, the runs and their posts; exit with 1 if there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = [*ledger.broken(), *runs.broken()]
        for line in lines:
            self.stdout.write(line)
        if lines:
            raise CommandError(f"{len(lines)} broken.")
        self.stdout.write("The ledger, the runs and their posts are consistent.")
