from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from blogai.configuration import reference


class Command(BaseCommand):
    help = "Write docs/configuration.md from .env.example and the settings."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if it would change")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            page = reference.page()
        except (reference.Undocumented, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        name = reference.PAGE.relative_to(reference.PROJECT)
        if reference.PAGE.exists() and reference.PAGE.read_text() == page:
            self.stdout.write(f"{name} is up to date.")
        elif options["check"]:
            raise CommandError(f"Run `manage.py generate_config_docs`: {name} would change.")
        else:
            reference.PAGE.write_text(page)
            self.stdout.write(f"Written: {name}.")
