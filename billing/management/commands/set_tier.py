from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from billing import tiers
from billing.models import TierLimit


class Command(BaseCommand):
    help = "Gives an account a plan, regardless of payment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the account")
        parser.add_argument("tier", help="free, starter, pro or business")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None:
            raise CommandError(f"There is no account {options['email']}.")
        try:
            tiers.set_tier(user=user, tier=options["tier"])
        except TierLimit.DoesNotExist as error:
            known = ", ".join(TierLimit.objects.values_list("tier", flat=True))
            raise CommandError(
                f"There is no tier {options['tier']!r}; there are {known}."
                if known
                else "The table of tiers is empty: run `manage.py seed_tiers` first."
            ) from error
        self.stdout.write(f"{user.email} has the tier {options['tier']}.")
