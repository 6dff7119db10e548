import asyncio
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from health.deployment import Outcome, verify


class Command(BaseCommand):
    help = (
        "Look at a deployment from outside, through its proxy: health, database, worker, pages, TLS, "
        "headers, sockets. Every check is made. Exits with 1 if one failed."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the address of the API: https://api.yourdomain.com")
        parser.add_argument("--frontend", help="the address of the pages, if it is another one")
        parser.add_argument("--seconds", type=float, default=60.0, help="for all checks together (60)")

    def handle(self, *, url: str, frontend: str | None, seconds: float, **options: Any) -> None:
        for address in (url, frontend or url):
            if not address.startswith(("http://", "https://")):
                raise CommandError(f"An address starts with https:// or http://, not {address}.")
        sys.exit(asyncio.run(self._verify(url, frontend or url, seconds)))

    async def _verify(self, url: str, frontend: str, seconds: float) -> int:
        """The exit code, after a line for each check."""
        self.stdout.write(f"Looking at {url}")
        failures = 0
        async for each in verify(url, frontend, seconds=seconds):
            failures += each.outcome == Outcome.FAIL
            self.stdout.write(f"{each.name:<16} {each.outcome}{each.why and ': '}{each.why}")
            self.stdout.flush()
        self.stdout.write(f"{failures} failed." if failures else "Nothing failed.")
        return int(failures > 0)
