"""Stripe's customer portal: where a customer changes card, address or plan, and finds invoices."""

from typing import Any

import stripe
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from billing.stripe import mirror
from billing.stripe.catalogue import Offer
from billing.stripe.client import Client, StripeMissing, StripeRefused, metadata_of, serving
from billing.stripe.subscriptions import Live
from blogai.core.db import in_database
from blogai.core.errors import Conflict

PATIENCE = 20.0
"""Seconds for all calls of a request together."""
MARK = "blogai"
"""The key in the metadata of the configuration that `setup_stripe` makes."""
NOTHING = "There’s nothing to manage yet, because you haven’t bought a plan."


async def open_portal(user: User) -> str:
    """The address of the portal for the user's own customer. Raises Conflict, Unavailable."""
    return await _open(user, {})


async def open_change(user: User, live: Live, offer: Offer) -> str:
    """The address where the user confirms that their subscription changes to the offer.

    Of the whole portal, if that change cannot be made there. Raises Unavailable.
    """
    flow = {
        "type": "subscription_update_confirm",
        "subscription_update_confirm": {
            "subscription": live.subscription.id,
            "items": [{"id": live.item.id, "price": offer.price_id, "quantity": 1}],
        },
        "after_completion": {"type": "redirect", "redirect": {"return_url": _return_url()}},
    }
    return await _open(user, {"flow_data": flow})


async def _open(user: User, flow: dict[str, Any]) -> str:
    customer_id = await in_database(mirror.paying_customer_of)(user.pk)
    if not customer_id:
        raise Conflict(NOTHING)
    async with serving(user, PATIENCE) as client:
        params = {"customer": customer_id, "return_url": _return_url()}
        if configuration := await _configuration(client):
            params["configuration"] = configuration
        return (await _session(client, params, flow)).url


async def _session(
    client: Client, params: dict[str, str], flow: dict[str, Any]
) -> stripe.billing_portal.Session:
    try:
        return await client.open_portal({**params, **flow})
    except StripeMissing as error:  # the customer, deleted at Stripe
        raise Conflict(NOTHING) from error
    except StripeRefused:
        if not flow:
            raise
        return await client.open_portal(params)


async def _configuration(client: Client) -> str:
    """The one that `setup_stripe` has made; else nothing, and Stripe takes the account's default."""
    for configuration in await client.portal_configurations():
        if MARK in metadata_of(configuration):
            return configuration.id
    return ""


def _return_url() -> str:
    return settings.PUBLIC_URL + reverse("billing-return")
