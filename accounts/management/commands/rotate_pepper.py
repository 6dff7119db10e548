"""`manage.py rotate_pepper`: takes everything over to a new API_KEY_PEPPER."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import pepper_rotation

SHOWN = 20
"""API keys that are listed."""


class Command(BaseCommand):
    help = (
        "Encrypt second factors and webhook secrets with the current API_KEY_PEPPER, and say which API keys "
        "still need the previous one."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.API_KEY_PEPPER_PREVIOUS:
            raise CommandError(
                "Set API_KEY_PEPPER to the new secret and API_KEY_PEPPER_PREVIOUS to the old one first: "
                "docs/rotation.md."
            )
        try:
            done = pepper_rotation.rotate()
        except InvalidToken as error:
            raise CommandError(
                "Something in the database was encrypted with a pepper that isn't set. Add it to "
                "API_KEY_PEPPER_PREVIOUS, and run this again."
            ) from error
        self.stdout.write(
            f"Changed: {done.second_factors} second factors, {done.webhook_secrets} webhook secrets."
        )
        if done.second_factors or done.webhook_secrets:
            self.stdout.write("Run this again until it changes nothing.")
        keys = pepper_rotation.waiting_keys()
        count = keys.count()
        for key in keys[:SHOWN]:
            used = f"last used on {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
            self.stdout.write(f"{key} of user {key.owner_id}: {used}")
        self.stdout.write(
            f"{count} working API keys still need the previous pepper. Each moves when it is used next."
            if count
            else "No API key needs the previous pepper."
        )
