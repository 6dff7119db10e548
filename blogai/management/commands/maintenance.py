"""`manage.py maintenance on|off`: turns maintenance mode on or off without a restart."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blogai.maintenance import CHECK_INTERVAL, Closure
from blogai.models import Maintenance

LONGEST_MESSAGE = Maintenance._meta.get_field("message").max_length or 0


def moment(text: str) -> datetime:
    """A time in the future; without a zone it is UTC's."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"write it as 2026-11-28T18:00, not {text!r}") from None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    if when <= timezone.now():
        raise ArgumentTypeError(f"{when:%F %H:%M %Z} is in the past")
    return when


def message(text: str) -> str:
    if len(text) > LONGEST_MESSAGE:
        raise ArgumentTypeError(f"a message can have up to {LONGEST_MESSAGE} characters")
    return text.strip()


class Command(BaseCommand):
    help = (
        "Turn maintenance mode on or off for all processes. While it is on, pages and the API "
        "answer 503, and posts already being written are finished. Staff sign in and go on working."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("state", choices=("on", "off"))
        parser.add_argument("--message", type=message, default="", help="what visitors read")
        parser.add_argument("--until", type=moment, help="when it should be over: 2026-11-28T18:00 (UTC)")

    def handle(self, *, state: str, message: str, until: datetime | None, **options: Any) -> None:
        if state == "on":
            Maintenance.objects.update_or_create(defaults={"message": message, "until": until})
        elif message or until:
            raise CommandError("--message and --until go with on.")
        else:
            Maintenance.objects.all().delete()
        print(f"Maintenance is {state}; every process notices within {CHECK_INTERVAL:g} seconds.")
        if state == "on":
            print(f"Visitors read: {Closure(message, until).sentence}")
        if settings.MAINTENANCE_MODE and state == "off":
            print("It stays on for processes started with MAINTENANCE_MODE=true.")
