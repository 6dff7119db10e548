"""`manage.py simulate_stripe`: the simulated Stripe alone, beside a web server that is not `serve`."""

import threading
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from blogai.serving.stopping import Stop, Stopping


class Command(BaseCommand):
    help = "Run a simulated Stripe, where no money moves. Ctrl-C stops it. `serve` has its own."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        if not settings.STRIPE_SIMULATED:
            raise CommandError("Set STRIPE_SIMULATED=true here and for the processes that should use it.")
        from blogai.serving import simulated_stripe

        with suppress(Stop), Stopping() as stopping:
            try:
                with simulated_stripe.running():
                    print(f"The simulated Stripe is running at {settings.STRIPE_API_BASE}", flush=True)
                    threading.Event().wait()
            finally:
                stopping.begin()
