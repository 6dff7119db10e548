"""The simulated Stripe beside the web server, so that plans can be bought on a laptop.

Imported only where STRIPE_SIMULATED is set, which production refuses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from billing.simulated import SimulatedStripe
from blogai.embedded import CannotStart


@contextmanager
def running() -> Iterator[SimulatedStripe]:
    """Serve it at STRIPE_API_BASE; what was bought before is still there. Raises CannotStart."""
    port = urlsplit(settings.STRIPE_API_BASE).port or 0
    try:
        stripe = SimulatedStripe(settings.DATA_DIR, port=port, key=settings.STRIPE_SECRET_KEY, live=True)
    except OSError as error:
        raise CannotStart(
            f"Port {port} is in use, and the simulated Stripe takes the one after PORT: set PORT (or --port) "
            "to another."
        ) from error
    with stripe:
        stripe.endpoint(settings.PUBLIC_URL + reverse("stripe-webhook"), settings.STRIPE_WEBHOOK_SECRETS[0])
        yield stripe
