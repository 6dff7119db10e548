"""A Stripe on loopback, for tests and for buying plans on a laptop. No money moves.

    with SimulatedStripe() as stripe:
        ...  STRIPE_API_BASE=stripe.url, STRIPE_SECRET_KEY=stripe.key
        stripe.pay(session_id, card="4242424242424242")
        stripe.advance(months=1)
        stripe.deliver()

It keeps state, in memory or in a folder, has a clock that can be moved, and sends signed events, some of them
twice and out of order. Its requests are held against the types of the SDK: an unknown parameter is refused.
What it cannot do is refused too, never ignored.

    simulation             the whole, as tests and commands hold it
    server, api            HTTP, and which function answers which request
    pages                  what people click: Checkout, the customer portal, invoices, and a control page
    params, lists, expand  what requests and replies have in common; errors, their errors
    world, store           the account's objects, in a transaction
    accounts, customers, cards, products, prices, checkout, subscriptions, schedules, invoices, payments,
    refunds, disputes, portal, webhook_endpoints, events
                           one module for each resource
    collection             taking the money for an invoice, and what follows
    prorations, periods    the arithmetic
    due, renewals          what time changes next, and how
    deliveries             signed events on their way
"""

from billing.simulated.errors import CardDeclined
from billing.simulated.simulation import KEY, SimulatedStripe

__all__ = ["KEY", "CardDeclined", "SimulatedStripe"]
