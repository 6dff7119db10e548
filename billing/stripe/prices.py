"""Brings the prices that may be sold from Stripe into dj-stripe's tables, where the catalogue reads them."""

from django.conf import settings

from billing.stripe import mirror
from billing.stripe.catalogue import INTERVALS, PLANS, lookup_key
from billing.stripe.client import Client, asking
from blogai.core.db import in_database


def configured() -> list[str]:
    return [price for price in settings.STRIPE_PRICE_IDS.values() if price]


async def refresh() -> None:
    """Fetch the prices that may be sold and their products. Raises StripeFailed."""
    async with asking() as client:
        await fetch(client)


async def fetch(client: Client) -> list[str]:
    """The same through a client of the caller's; returns the ids of prices that Stripe does not know."""
    keys = [lookup_key(tier, interval) for tier in PLANS for interval in INTERVALS]
    found = await client.prices(keys)
    unknown = []
    for price_id in configured():
        price = await client.price(price_id)
        if price is None:
            unknown.append(price_id)
        else:
            found.append(price)
    await in_database(mirror.store_catalogue)(found)
    return unknown
