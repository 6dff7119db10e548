from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from billing import tiers


class Command(BaseCommand):
    help = "Add missing plans. Plans that staff have changed stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="also overwrite changed plans; without it, see which values that would change",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        changed = tiers.changed_plans()
        if changed:
            kept = "Changed by staff, and kept (--force overwrites):"
            self.stdout.write("Overwriting:" if options["force"] else kept)
            for line in changed:
                self.stdout.write(f"  {line}")
        done = tiers.seed_tiers(force=options["force"])
        for line in done:
            if line not in changed:
                self.stdout.write(line)
        if not done and not changed:
            self.stdout.write("The plans are up to date.")
