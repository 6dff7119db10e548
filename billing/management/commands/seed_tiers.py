from typing import Any

from django.core.management.base import BaseCommand

from billing import tiers


class Command(BaseCommand):
    help = "Fills the table of tiers and prints what has changed. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        for change in tiers.seed_tiers() or ["The tiers are up to date."]:
            self.stdout.write(change)
