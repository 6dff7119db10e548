"""`manage.py check_rls`: checks that Supabase's Data API can reach nothing in the schema."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from blogai.schema.rls import QUESTIONS, findings


class Command(BaseCommand):
    help = "Print everything in the schema that Supabase's Data API could reach; exit with 1 if there is any."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        found = findings()
        for rule, names in found.items():
            self.stdout.write(f"{rule}: {', '.join(names)}. {QUESTIONS[rule].advice}")
        if found:
            raise CommandError(f"{len(found)} of {len(QUESTIONS)} rules are broken.")
        self.stdout.write("Supabase's Data API can reach nothing in this schema.")
