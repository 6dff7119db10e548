import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from blogai.configuration import checklist, env_file, report


class Command(BaseCommand):
    help = (
        "Say of each line of the security checklist whether it holds, and what proves it. Reads the settings "
        "and asks nothing else. Exits with 1 if there is an error."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        env_file.add_option(parser)  # manage.py has applied it before reading the settings
        parser.add_argument("--json", action="store_true", help="print a list of objects")

    def handle(self, *args: Any, **options: Any) -> None:
        results = [*checklist.results(), *report.spelling()]
        self.stdout.write(report.shown(results, as_json=options["json"]))
        sys.exit(report.exit_code(results))
