"""`manage.py sign_in_link`: prints a link that signs its first visitor in to the demo account."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.services import demo_link
from blogai.serving import listening
from blogai.serving.demo import demo_account


class Command(BaseCommand):
    help = "Print a link that signs you in to the demo account. It works once, for an hour, in development."

    def handle(self, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError(f"There's no demo account when ENVIRONMENT is {settings.ENVIRONMENT}.")
        demo_account()
        self.stdout.write(demo_link(listening.base_url(settings.HOST, settings.PORT)))
