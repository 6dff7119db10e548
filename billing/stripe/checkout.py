"""Buying a plan: from an offer to the page at Stripe on which it is paid.

An open order has one page, however many tabs ask for it at the same time: one request claims the order and
talks to Stripe, the others wait for the result, without holding a database connection.
"""

import asyncio
from typing import Any, Literal

import stripe
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from billing.models import CheckoutOrder
from billing.stripe import catalogue, changes, mirror, orders, portal
from billing.stripe.catalogue import Offer
from billing.stripe.client import Client, StripeFailed, StripeRefused, metadata_of, serving
from billing.stripe.subscriptions import PAYING, Live, live_one
from billing.stripe.sync import SUBSCRIBER, look_up
from billing.tiers import pricing_url
from blogai.core.db import in_database
from blogai.core.errors import Conflict, Unavailable

PATIENCE = 30.0
"""Seconds for all calls of a request together."""
LOOK_PATIENCE = 8.0
"""The same where a page only looks."""
PAUSE = 0.2
"""Seconds between looks at an order that another request has claimed."""

type State = Literal["paid", "waiting", "open", "expired"]


class AlreadySubscribed(Conflict):
    """There is a subscription, which can be changed; nobody pays for two."""

    def __init__(self, live: Live, offer: Offer) -> None:
        super().__init__(
            "You already have a plan. Change it on your billing page instead of buying a second one.",
            billing_url=settings.PUBLIC_URL + reverse("billing"),
        )
        self.live = live
        self.offer = offer


async def check_out(user: User, *, tier: str, interval: str) -> str:
    """The address at Stripe where the user pays for the plan.

    Raises ValidationFailed for no plan of ours, AlreadySubscribed, Conflict (not for sale, too), Unavailable.
    """
    offer = await in_database(catalogue.offer_for)(tier, interval)
    async with serving(user, PATIENCE) as client:
        return await _page_for(client, user, offer)


async def buy_or_change(user: User, *, tier: str, interval: str) -> str:
    """The address at Stripe where the user pays for the plan or, with another plan, confirms the change.

    Raises what `check_out` does; Conflict too when the plan is theirs already, or must be paid for first.
    """
    try:
        return await check_out(user, tier=tier, interval=interval)
    except AlreadySubscribed as error:
        live, offer = error.live, error.offer
    if live.subscription.status not in PAYING:
        raise Conflict("Your last payment is still open. Pay it first, then you can change your plan.")
    if live.item.price.id == offer.price_id:
        raise Conflict(f"You’re already on {tier.capitalize()}.")
    return await portal.open_change(user, live, offer)


async def state_of(user: User, order: CheckoutOrder, *, ask: bool) -> State:
    """Whether the order is paid. `ask`: look at Stripe, in case its event is late or lost."""
    if order.status == CheckoutOrder.Status.PAID:
        return "paid"
    if not ask:
        return "waiting"
    try:
        async with serving(user, LOOK_PATIENCE) as client:
            page = await client.checkout(order.session_id)
    except Unavailable:
        await in_database(changes.refresh_later)(user)
        return "waiting"
    if page.status == "open":
        return "open"
    if page.status == "expired":
        return "expired"
    await changes.refresh(user)
    return "paid" if await in_database(orders.is_paid)(order) else "waiting"


async def _page_for(client: Client, user: User, offer: Offer) -> str:
    waited = False
    while True:
        order = await in_database(orders.open_for)(user, offer)
        if order and waited and order.url and order.price_id == offer.price_id:
            return order.url
        if order and await in_database(orders.claim)(order):
            try:
                url = await _settled(client, user, order, offer)
            except StripeFailed as error:
                await _close_unless_unheard(order, error)
                raise
            finally:
                await in_database(orders.release)(order)
            if url:
                return url
        else:
            waited = True
            await asyncio.sleep(PAUSE)


async def _settled(client: Client, user: User, order: CheckoutOrder, offer: Offer) -> str:
    """The order's page; nothing if the order is over, and there has to be another one."""
    still_wanted = order.price_id == offer.price_id and not await in_database(orders.is_old)(order)
    customer_ids = await _customers(client, user, order, offer)
    page = await _only_page(client, customer_ids, str(order.pk) if still_wanted else "")
    if page is None:
        if order.session_id or not still_wanted:
            await in_database(orders.close)(order)
            return ""
        customer_id = customer_ids[0] if customer_ids else await _new_customer(client, user, order)
        page = await client.create_checkout(_page(order, customer_id), f"checkout-{order.pk}")
    await in_database(orders.keep_session)(order, page)
    return page.url or ""


async def _customers(client: Client, user: User, order: CheckoutOrder, offer: Offer) -> list[str]:
    """The user's customers that Stripe knows. Raises AlreadySubscribed if one has a plan."""
    for customer_id in await in_database(mirror.customers_of)(user.pk):
        look = await look_up(client, customer_id)
        if look is None:
            await in_database(mirror.forget_customer)(customer_id)
            continue
        live = await in_database(live_one)(look.subscriptions)
        if live is not None:
            await in_database(orders.close)(order)
            raise AlreadySubscribed(live, offer)
        return look.customer_ids
    return []


async def _only_page(
    client: Client, customer_ids: list[str], order_id: str
) -> stripe.checkout.Session | None:
    """The order's page, if it is open. Every other page on which the user could buy a plan is closed."""
    found = None
    for customer_id in customer_ids:
        for page in await client.open_checkouts(customer_id):
            if page.client_reference_id == order_id:
                found = page
            elif orders.ORDER in metadata_of(page):
                await _close_page(client, page.id)
    return found


async def _close_page(client: Client, session_id: str) -> None:
    try:
        await client.expire_checkout(session_id)
    except StripeRefused as error:  # it was open a moment ago
        raise Conflict("You just paid for a plan. It will be on your billing page in a moment.") from error


async def _new_customer(client: Client, user: User, order: CheckoutOrder) -> str:
    params = {"email": user.email, "metadata": {SUBSCRIBER: str(user.pk)}}
    if user.name:
        params["name"] = user.name
    customer = await client.create_customer(params, f"customer-{order.pk}")
    await in_database(mirror.store_customer)(customer, user)
    return customer.id


async def _close_unless_unheard(order: CheckoutOrder, error: StripeFailed) -> None:
    """Stripe repeats its answer to a key, a failure too, so that the next attempt needs another order.

    Without an answer it may have done what was asked; and what came too fast, it has not looked at.
    """
    if error.status not in {None, 409, 429}:
        await in_database(orders.close)(order)


def _page(order: CheckoutOrder, customer_id: str) -> dict[str, Any]:
    """What Stripe is told about the page. The same order always gives the same."""
    success = f"{settings.PUBLIC_URL}{reverse('checkout-success')}"
    return {
        "mode": "subscription",
        "customer": customer_id,
        "client_reference_id": str(order.pk),
        "line_items": [{"price": order.price_id, "quantity": 1}],
        "success_url": f"{success}?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": pricing_url(),
        "allow_promotion_codes": True,
        "automatic_tax": {"enabled": settings.STRIPE_AUTOMATIC_TAX},
        "billing_address_collection": "required",
        "customer_update": {"address": "auto", "name": "auto"},
        "tax_id_collection": {"enabled": True},
        "metadata": {orders.ORDER: str(order.pk)},
        "subscription_data": {"metadata": {orders.ORDER: str(order.pk)}},
    }
