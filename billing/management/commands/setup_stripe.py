from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.stripe.client import StripeFailed, StripeRefused
from billing.stripe.setup import SetUp

VARIABLE = "STRIPE_WEBHOOK_SECRET"
PERMISSIONS = "products, prices, webhook endpoints and the customer portal"


class Command(BaseCommand):
    help = (
        "Create what selling plans needs at Stripe (products, prices, webhook endpoint, customer "
        "portal) and use those prices. Running it again changes only what is missing or "
        "different."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
        parser.add_argument(
            "--env-file", type=Path, help=f"write {VARIABLE} to this file instead of printing it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.STRIPE_SECRET_KEY:
            raise CommandError(
                "STRIPE_SECRET_KEY isn't set. Find it in Stripe's dashboard under Developers, API keys."
            )
        env_file: Path | None = options["env_file"]
        if env_file and not options["dry_run"]:
            _require_writable(env_file)
        setup = SetUp(say=self._say, dry_run=options["dry_run"])
        try:
            async_to_sync(setup.run)()
        except StripeFailed as error:
            raise CommandError(
                f"{_sentence(error)} What was done so far is kept. Run the command again."
            ) from error
        finally:
            if setup.secret:
                self._hand_over(setup.secret, env_file)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _hand_over(self, secret: str, env_file: Path | None) -> None:
        """Stripe shows the secret this once."""
        if env_file:
            add_secret(env_file, secret)
            self._say(f"The endpoint's signing secret is in {env_file} as {VARIABLE}. Restart Blog AI.")
        else:
            self._say("Add this line to the environment and restart Blog AI. It's shown only once:")
            self._say(f"{VARIABLE}={','.join([*settings.STRIPE_WEBHOOK_SECRETS, secret])}")


def add_secret(path: Path, secret: str) -> None:
    """Set the variable in a file of `NAME=value` lines, behind secrets that it has already."""
    lines = path.read_text().splitlines()
    secrets = [secret]
    for line in lines:
        if line.startswith(f"{VARIABLE}="):
            secrets = [*filter(None, line.partition("=")[2].split(",")), secret]
    kept = [line for line in lines if not line.startswith((f"{VARIABLE}=", f"#{VARIABLE}="))]
    path.write_text("\n".join([*kept, f"{VARIABLE}={','.join(secrets)}"]) + "\n")


def _require_writable(path: Path) -> None:
    """Before anything is made: the secret could not be had again. A new file is its owner's alone."""
    try:
        path.touch(mode=0o600)
        with path.open("r+"):
            pass
    except OSError as error:
        raise CommandError(f"Can't write {path}: {error.strerror}.") from error


def _sentence(error: StripeFailed) -> str:
    if error.status is None:
        return f"Stripe isn't answering at {settings.STRIPE_API_BASE}."
    if error.status == 401:
        return "Stripe rejected STRIPE_SECRET_KEY."
    if error.status == 403:
        return f"This key isn't allowed to do that. A restricted key needs write access to {PERMISSIONS}."
    if isinstance(error, StripeRefused):
        return f"Stripe refused: {error.said}"
    return f"Stripe failed ({error.status})."
