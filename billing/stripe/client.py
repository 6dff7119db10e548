"""Asks Stripe, without holding a thread or a connection to the database while it waits."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import stripe
from django.conf import settings

TIMEOUT = 10.0
"""Seconds, for each of two attempts."""
MOST = 100
"""Subscriptions of a customer that are looked at, ended ones included, newest first."""


class StripeFailed(Exception):
    """Stripe did not answer, or refused. What it said is left out, because it may repeat the key."""


@asynccontextmanager
async def asking() -> AsyncIterator["Client"]:
    """A client for one look."""
    http = await asyncio.to_thread(stripe.HTTPXClient, timeout=TIMEOUT)  # reads all certificates
    try:
        yield Client(http)
    finally:
        await http.close_async()  # type: ignore[no-untyped-call]


@contextmanager
def without_what_it_said() -> Iterator[None]:
    try:
        yield
    except stripe.StripeError as error:
        name = type(error).__name__
        raise StripeFailed(f"{name}, status {error.http_status}, code {error.code}") from None


def connection(http: stripe.HTTPClient, retries: int) -> stripe.StripeClient:
    """Of the key, the version and the address in the settings."""
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=settings.STRIPE_API_VERSION,
        base_addresses={"api": settings.STRIPE_API_BASE},
        max_network_retries=retries,
        http_client=http,
    )


class Client:
    """Each method is one call, and raises StripeFailed."""

    def __init__(self, http: stripe.HTTPClient) -> None:
        self.stripe = connection(http, retries=1).v1

    async def account(self) -> stripe.Account | None:
        """Our account; None if a restricted key may not see it."""
        with without_what_it_said():
            try:
                return await self.stripe.accounts.retrieve_current_async()
            except stripe.PermissionError:
                return None

    async def customer(self, customer_id: str) -> stripe.Customer | None:
        """None if Stripe does not know it; one that was deleted has `deleted`."""
        with without_what_it_said():
            try:
                return await self.stripe.customers.retrieve_async(customer_id)
            except stripe.InvalidRequestError as error:
                if error.code == "resource_missing":
                    return None
                raise

    async def product(self, product_id: str) -> stripe.Product:
        with without_what_it_said():
            return await self.stripe.products.retrieve_async(product_id)

    async def subscriptions(self, customer_id: str) -> list[stripe.Subscription]:
        """All of the customer, ended ones too."""
        with without_what_it_said():
            found = await self.stripe.subscriptions.list_async(
                {"customer": customer_id, "status": "all", "limit": MOST}
            )
        return found.data
