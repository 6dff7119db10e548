from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from billing import tiers
from billing.models import TierLimit


class Command(BaseCommand):
    help = "Give an account a plan without payment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the account")
        parser.add_argument("tier", help="free, starter, pro or business")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None:
            raise CommandError(f"No account has the address {options['email']}.")
        try:
            tiers.set_tier(user=user, tier=options["tier"])
        except TierLimit.DoesNotExist as error:
            known = ", ".join(TierLimit.objects.values_list("tier", flat=True))
            raise CommandError(
                f"Unknown plan {options['tier']!r}. Choose from {known}."
                if known
                else "There are no plans yet. Run `manage.py seed_tiers` first."
            ) from error
        self.stdout.write(f"{user.email} is now on the plan {options['tier']}.")
