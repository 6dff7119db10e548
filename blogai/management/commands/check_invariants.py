"""For the end of a bad night: whether anything in the database contradicts itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import invariants as ledger
from generation.runs import invariants as runs


class Command(BaseCommand):
    help = "Print each contradiction in the ledger, the runs and their posts; exit 1 when there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = [*ledger.broken(), *runs.broken()]
        for line in lines:
            self.stdout.write(line)
        if lines:
            raise CommandError(f"{len(lines)} broken.")
        self.stdout.write("The ledger, the runs and their posts are in order.")
