"""Canceling a plan, and undoing that."""

from collections.abc import Awaitable, Callable

import stripe

from accounts.models import User
from billing.stripe import events, mirror
from billing.stripe.client import Client, serving
from billing.stripe.subscriptions import PAYING, ends, live_one
from billing.stripe.sync import look_up
from blogai.core.db import in_database
from blogai.core.errors import Conflict, Unavailable

PATIENCE = 30.0
"""Seconds for all calls of a request together."""
LOOK_PATIENCE = 8.0
"""The same for a look alone."""

type Change = Callable[[Client, stripe.Subscription], Awaitable[None]]


async def cancel(user: User) -> None:
    """End the plan with its paid period; one whose payment failed ends right away.

    Raises Conflict if there is no plan to cancel, and Unavailable.
    """
    await _change(user, _cancel)


async def resume(user: User) -> None:
    """Keep the plan as it is: undo its cancellation or a scheduled change.

    Raises Conflict if there was none, and Unavailable.
    """
    await _change(user, _resume)


async def refresh(user: User) -> None:
    """Store what Stripe says about the user now; if it does not answer, a job asks again later."""
    for customer_id in (await in_database(mirror.customers_of)(user.pk))[:1]:
        try:
            async with serving(user, LOOK_PATIENCE) as client:
                await look_up(client, customer_id)
        except Unavailable:
            await in_database(refresh_later)(user)


def refresh_later(user: User) -> None:
    """Queue a job that asks Stripe about the user."""
    for customer_id in mirror.customers_of(user.pk)[:1]:
        events.defer_sync(customer_id)


async def _change(user: User, change: Change) -> None:
    customer_id = await in_database(mirror.paying_customer_of)(user.pk)
    if not customer_id:
        raise Conflict("You don’t have a paid plan.")
    async with serving(user, PATIENCE) as client:
        look = await look_up(client, customer_id)
        live = await in_database(live_one)(look.subscriptions) if look else None
        if live is None:
            raise Conflict("You don’t have a paid plan.")
        await change(client, live.subscription)
    await refresh(user)


async def _cancel(client: Client, subscription: stripe.Subscription) -> None:
    if ends(subscription):
        raise Conflict("Your plan is already canceled.")
    await end_with_period(client, subscription)


async def end_with_period(client: Client, subscription: stripe.Subscription) -> None:
    """It ends with its paid period; one whose payment failed ends right away."""
    if subscription.status not in PAYING:
        await client.cancel_subscription(subscription.id)
        return
    if subscription.schedule:  # a change for the next period, which does not come any more
        await client.release_schedule(str(subscription.schedule))
    await client.update_subscription(subscription.id, {"cancel_at_period_end": True})


async def _resume(client: Client, subscription: stripe.Subscription) -> None:
    if subscription.schedule:
        await client.release_schedule(str(subscription.schedule))
        return
    if not ends(subscription):
        raise Conflict("Your plan is already set to continue.")
    undone = {"cancel_at_period_end": False} if subscription.cancel_at_period_end else {"cancel_at": ""}
    await client.update_subscription(subscription.id, undone)
