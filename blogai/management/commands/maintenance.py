"""`manage.py maintenance on|off`: closes Blog AI, or opens it again, without a restart."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from blogai.maintenance import LOOK_EVERY
from blogai.models import Maintenance


class Command(BaseCommand):
    help = (
        "Close every process for maintenance, or open it again: pages and the API answer 503, "
        "posts that are being written are finished."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("state", choices=("on", "off"))

    def handle(self, *, state: str, **options: Any) -> None:
        if state == "on":
            Maintenance.objects.get_or_create()
        else:
            Maintenance.objects.all().delete()
        print(f"Maintenance is {state}; every process knows in {LOOK_EVERY:g} seconds.")
        if settings.MAINTENANCE_MODE and state == "off":
            print("It stays on for those that were started with MAINTENANCE_MODE=true.")
