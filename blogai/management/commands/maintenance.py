"""`manage.py maintenance on|off`: turns maintenance mode on or off without a restart."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from blogai.maintenance import CHECK_INTERVAL
from blogai.models import Maintenance


class Command(BaseCommand):
    help = (
        "Turn maintenance mode on or off for all processes. While it is on, pages and the API "
        "answer 503, and posts already being written are finished."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("state", choices=("on", "off"))

    def handle(self, *, state: str, **options: Any) -> None:
        if state == "on":
            Maintenance.objects.get_or_create()
        else:
            Maintenance.objects.all().delete()
        print(f"Maintenance is {state}; every process notices within {CHECK_INTERVAL:g} seconds.")
        if settings.MAINTENANCE_MODE and state == "off":
            print("It stays on for processes started with MAINTENANCE_MODE=true.")
