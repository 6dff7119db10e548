"""Asks Stripe, without holding a thread or a connection to the database while it waits."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import stripe
from django.conf import settings

from accounts import ratelimit
from accounts.models import User
from blogai.core.db import in_database
from blogai.core.errors import Unavailable
from blogai.core.ratelimit.base import MINUTE, Limit, Rate

TIMEOUT = 10.0
"""Seconds, for each of two attempts."""
MOST = 100
"""Subscriptions of a customer that are looked at, ended ones included, newest first."""


AWAY = "Stripe, our payment service, can’t be reached right now. Nothing has changed."
RETRY_AFTER = 60
"""Seconds."""
FORBIDDEN = 403
RATE = Rate(30, MINUTE)
"""Requests of one user that ask Stripe, which limits us all together."""

logger = logging.getLogger(__name__)

type Params = Any
"""What Stripe is sent: a dictionary, which its own types describe in a different one for each call."""


class StripeFailed(Exception):
    """Stripe did not answer, or refused. What it said is left out, because it may repeat the key.

    `status` is that of its answer; None if there was none.
    """

    status: int | None = None


class StripeRefused(StripeFailed):
    """The request is wrong, or does not fit what Stripe has. `said` is the reason, for operators."""

    said: str = ""


class StripeMissing(StripeRefused):
    """Stripe does not know what the request names."""


def metadata_of(thing: Any) -> dict[str, str]:
    return thing.metadata.to_dict() if thing.metadata else {}


@asynccontextmanager
async def asking() -> AsyncIterator["Client"]:
    """A client for one look."""
    http = await asyncio.to_thread(_HTTPClient, timeout=TIMEOUT)  # reads all certificates
    try:
        yield Client(http)
    finally:
        await http.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def serving(user: User, patience: float) -> AsyncIterator["Client"]:
    """A client for a request of the user's, who waits no longer than `patience` seconds for all its calls.

    Raises RateLimited, and Unavailable in place of StripeFailed; what is behind it is for the log.
    """
    await in_database(_count)(user)
    try:
        async with asyncio.timeout(patience), asking() as client:
            yield client
    except StripeRefused as error:
        logger.error("Stripe refuses: %s", error.said or error)
        raise Unavailable(AWAY, retry_after=RETRY_AFTER) from error
    except (StripeFailed, TimeoutError) as error:
        logger.warning("Stripe is not there: %s", str(error) or "it took too long")
        raise Unavailable(AWAY, retry_after=RETRY_AFTER) from error


def _count(user: User) -> None:
    ratelimit.count([Limit("payments", str(user.pk), RATE)])


class _HTTPClient(stripe.HTTPXClient):
    """Sends the body as httpx wants it; Stripe's own client does it in a way that httpx is going to drop."""

    def _get_request_args_kwargs(self, method: str, url: str, headers: Any, post_data: Any) -> Any:
        where, how = super()._get_request_args_kwargs(method, url, headers, None)
        return where, {**how, "data": None, "content": post_data or None}


@contextmanager
def without_what_it_said() -> Iterator[None]:
    try:
        yield
    except stripe.StripeError as error:
        name = type(error).__name__
        failed = _kind_of(error)(f"{name}, status {error.http_status}, code {error.code}")
        failed.status = error.http_status
        if isinstance(failed, StripeRefused):
            failed.said = str(error.user_message or "")
        raise failed from None


def _kind_of(error: stripe.StripeError) -> type[StripeFailed]:
    if not isinstance(error, stripe.InvalidRequestError | stripe.IdempotencyError):
        return StripeFailed
    return StripeMissing if error.code == "resource_missing" else StripeRefused


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
        try:
            with without_what_it_said():
                return await self.stripe.customers.retrieve_async(customer_id)
        except StripeMissing:
            return None

    async def create_customer(self, params: Params, key: str) -> stripe.Customer:
        with without_what_it_said():
            return await self.stripe.customers.create_async(params, {"idempotency_key": key})

    async def delete_customer(self, customer_id: str) -> None:
        with without_what_it_said():
            await self.stripe.customers.delete_async(customer_id)

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

    async def update_subscription(self, subscription_id: str, params: Params) -> None:
        with without_what_it_said():
            await self.stripe.subscriptions.update_async(subscription_id, params)

    async def cancel_subscription(self, subscription_id: str) -> None:
        """At once, without a refund and without another invoice."""
        with without_what_it_said():
            await self.stripe.subscriptions.cancel_async(subscription_id)

    async def schedule(self, schedule_id: str) -> stripe.SubscriptionSchedule:
        with without_what_it_said():
            return await self.stripe.subscription_schedules.retrieve_async(schedule_id)

    async def release_schedule(self, schedule_id: str) -> None:
        """The subscription stays as it is; what was scheduled does not happen."""
        with without_what_it_said():
            await self.stripe.subscription_schedules.release_async(schedule_id)

    async def open_checkouts(self, customer_id: str) -> list[stripe.checkout.Session]:
        """The pages on which the customer could still pay."""
        with without_what_it_said():
            found = await self.stripe.checkout.sessions.list_async(
                {"customer": customer_id, "status": "open", "limit": MOST}
            )
        return found.data

    async def checkout(self, session_id: str) -> stripe.checkout.Session:
        with without_what_it_said():
            return await self.stripe.checkout.sessions.retrieve_async(session_id)

    async def create_checkout(self, params: Params, key: str) -> stripe.checkout.Session:
        with without_what_it_said():
            return await self.stripe.checkout.sessions.create_async(params, {"idempotency_key": key})

    async def expire_checkout(self, session_id: str) -> None:
        with without_what_it_said():
            await self.stripe.checkout.sessions.expire_async(session_id)

    async def portal_configurations(self) -> list[stripe.billing_portal.Configuration]:
        with without_what_it_said():
            found = await self.stripe.billing_portal.configurations.list_async(
                {"active": True, "limit": MOST}
            )
        return found.data

    async def open_portal(self, params: Params) -> stripe.billing_portal.Session:
        with without_what_it_said():
            return await self.stripe.billing_portal.sessions.create_async(params)

    async def invoices(self, customer_id: str, most: int) -> list[stripe.Invoice]:
        """Newest first."""
        with without_what_it_said():
            found = await self.stripe.invoices.list_async({"customer": customer_id, "limit": most})
        return found.data

    async def price(self, price_id: str) -> stripe.Price | None:
        """With its product; None if Stripe does not know it."""
        try:
            with without_what_it_said():
                return await self.stripe.prices.retrieve_async(price_id, {"expand": ["product"]})
        except StripeMissing:
            return None

    async def prices(self, lookup_keys: Sequence[str]) -> list[stripe.Price]:
        """Those with one of the keys, with their products."""
        with without_what_it_said():
            found = await self.stripe.prices.list_async(
                {"lookup_keys": list(lookup_keys), "expand": ["data.product"], "limit": MOST}
            )
        return found.data

    async def invoice(self, invoice_id: str) -> stripe.Invoice | None:
        """None if Stripe does not know it, or if a restricted key may not see it."""
        try:
            with without_what_it_said():
                return await self.stripe.invoices.retrieve_async(invoice_id)
        except StripeFailed as error:
            if isinstance(error, StripeRefused) or error.status == FORBIDDEN:
                return None
            raise
