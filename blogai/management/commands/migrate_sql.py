from typing import Any

from django.core.management.base import BaseCommand

from blogai.schema.apply import bring_up_to_date
from blogai.serving.database import check_reachable


class Command(BaseCommand):
    help = (
        "Bring the database up to date, with the files in migrations_sql/ where possible, "
        "otherwise with `migrate`."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        check_reachable()
        changed = bring_up_to_date(lambda line: self.stdout.write(f"{line} …"))
        self.stdout.write("The database is up to date." if changed else "Nothing to do: it is up to date.")
