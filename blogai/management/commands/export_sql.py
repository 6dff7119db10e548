from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from blogai.schema import export


class Command(BaseCommand):
    help = "Write Django's migrations as SQL, to migrations_sql/ for psql and to supabase/migrations/."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a file would change")

    def handle(self, *args: Any, **options: Any) -> None:
        texts = export.exported(self._report)
        changed = export.drifted(texts) if options["check"] else export.write(texts)
        names = ", ".join(str(path.relative_to(settings.BASE_DIR)) for path in changed)
        if options["check"] and changed:
            raise CommandError(f"Run `manage.py export_sql`: {names} would change.")
        self.stdout.write(f"Written: {names}." if changed else "The SQL files are up to date.")

    def _report(self, line: str) -> None:
        self.stderr.write(f"{line} …")
