from typing import Any

from django.core.management.base import BaseCommand

from staff import groups


class Command(BaseCommand):
    help = "Makes the groups of staff (support, billing, engineer) and gives each what it may do."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in groups.seed() or ["The groups are up to date."]:
            self.stdout.write(line)
