"""The simulated Stripe as tests and commands hold it: serve it, and do in Python what its pages do."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Literal, Self

from billing.simulated import (
    api,
    checkout,
    collection,
    customers,
    deliveries,
    disputes,
    portal,
    prices,
    products,
    refunds,
    renewals,
    subscriptions,
    webhook_endpoints,
)
from billing.simulated.api import Reply, Request
from billing.simulated.pages import routes
from billing.simulated.payments import Outcome
from billing.simulated.server import Server
from billing.simulated.store import Store, Thing
from billing.simulated.world import World, public

logger = logging.getLogger(__name__)

type PortalAction = Literal["change_plan", "cancel", "resume"]

KEY = "sk_test_" + 3 * "0123456789"
"""For tests; `serve` makes one of its own."""
PAYS = "4242424242424242"
FAULTS = ("", "down", "refused", "slow", "busy", "lost")
LAST_DELIVERY = 1.0
"""Seconds that a delivery on its way may take at the end."""
SLOW = 3.0
"""Seconds that each request takes under the fault of that name."""


class SimulatedStripe:
    """Use it as a context manager, which serves it. With a folder its state is kept there.

    `post` is how events reach a webhook; `live` sends them by itself, as Stripe does, and not only when
    `deliver` is called.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        port: int = 0,
        key: str = KEY,
        live: bool = False,
        post: deliveries.Post = deliveries.over_http,
    ) -> None:
        self.key = key
        self.post = post
        self.server = Server(port, self.reply)
        self.url = self.server.url
        self.store = Store(folder / "stripe.sqlite" if folder else None)
        self._live = live
        self._stop = Event()
        self._sending = Thread(target=self._send, name="simulated-stripe-deliveries", daemon=True)

    def __enter__(self) -> Self:
        self.server.start()
        if self._live:
            self._sending.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self.server.stop()
        if self._live:
            self._sending.join(LAST_DELIVERY)
        if not self._sending.is_alive():  # else it waits for a receiver that hangs, and ends with the process
            self.store.close()

    @property
    def asked(self) -> list[str]:
        """The last requests, such as "GET /v1/customers/cus_1"; clear it to see what follows."""
        return self.server.asked

    def reply(self, request: Request) -> Reply:
        if request.path.startswith("/v1/"):
            if self.store.setting("fault", "") == "slow":
                self._stop.wait(SLOW)
            return api.respond(self.store, self.url, self.key, request)
        return routes.respond(self.store, self.url, request)

    def _send(self) -> None:
        while not self._stop.wait(0.2):
            try:
                renewals.catch_up(self.store, self.url)
                deliveries.send(self.store, self.post)
            except Exception:  # of this round; what is due stays so
                logger.exception("the simulated Stripe could not send its events")

    # What the account sells, and to whom ----------------------------------------------------------------

    def price(
        self,
        price_id: str = "",
        *,
        amount: int = 4900,
        interval: str = "month",
        currency: str = "usd",
        product: str = "",
        **more: Any,
    ) -> Thing:
        """A price with an id of your choice, which the API does not give; its product is made for it."""

        def create(world: World) -> Thing:
            params = {
                "currency": currency,
                "unit_amount": amount,
                "recurring": {"interval": interval},
                **more,
            }
            product_id = product or f"prod_{price_id}"
            if world.find(product_id) is None:
                products.create(world, {"id": product_id, "name": product_id.removeprefix("prod_")})
            made = prices.create(world, {**params, "product": product_id})
            if price_id:
                world.forget(made)
                made = world.create("price", made | {"id": price_id})
            return made

        return self.do(create)

    def customer(
        self, user_id: object = "", *, customer_id: str = "", card: str = PAYS, **fields: Any
    ) -> Thing:
        """Of our user, as the product would have made it, with a card; without one if `card` is empty."""

        def create(world: World) -> Thing:
            given = {
                "email": "alice@example.com",
                "metadata": {"djstripe_subscriber": str(user_id)},
                **fields,
            }
            made = customers.create(world, given)
            if customer_id:
                world.forget(made)
                made = world.create("customer", made | {"id": customer_id})
            if card:
                customers.attach_card(world, made, card)
            return made

        return self.do(create)

    def endpoint(self, url: str, secret: str, events: list[str] | None = None) -> Thing:
        """A webhook endpoint with a secret of your choice, if there is none for the address."""

        def ensure(world: World) -> Thing:
            for endpoint in world.all("webhook_endpoint"):
                if endpoint["url"] == url:
                    return world.change(endpoint, _secret=secret)
            return webhook_endpoints.add(world, {"url": url, "enabled_events": events or ["*"]}, secret)

        return self.do(ensure)

    # What customers do ------------------------------------------------------------------------------------

    def pay(self, session_id: str, card: str = PAYS, *, authenticate: bool = True) -> Thing:
        """Pay a Checkout session as on its page; returns the session. Raises CardDeclined.

        A card whose bank asks is approved at once, unless `authenticate` is false: then the session stays
        open and its subscription incomplete.
        """

        def do(world: World) -> tuple[Thing, Outcome | None]:
            session = world.get("checkout.session", session_id)
            outcome = checkout.pay(world, session, card)
            if outcome and outcome.state == "asks" and authenticate:
                outcome = checkout.answer_of_bank(world, outcome.intent, yes=True)[1]
            return session, outcome

        session, outcome = self.do(do)
        if outcome and outcome.state == "declined":
            raise outcome.error()
        return session

    def answer_of_bank(self, subscription_id: str, *, yes: bool) -> Thing:
        """What the bank says about the payment that its subscription waits for. Raises CardDeclined."""

        def do(world: World) -> tuple[Thing, Outcome | None]:
            invoice = world.get("invoice", world.get("subscription", subscription_id)["latest_invoice"])
            return checkout.answer_of_bank(world, world.get("payment_intent", invoice["_intent"]), yes=yes)

        invoice, outcome = self.do(do)
        if outcome and outcome.state == "declined":
            raise outcome.error()
        return invoice

    def subscribe(self, customer_id: str, price_id: str, **params: Any) -> Thing:
        """A subscription of a customer who has a card, without Checkout."""
        return self.do(
            lambda world: subscriptions.create(
                world, {"customer": customer_id, "items": [{"price": price_id}], **params}
            )
        )

    def pay_invoice(self, invoice_id: str) -> Thing:
        """As on its page, with the customer's card. Raises CardDeclined."""

        def do(world: World) -> tuple[Thing, Outcome | None]:
            invoice = world.get("invoice", invoice_id)
            outcome = collection.collect(world, invoice, present=True)
            checkout.complete_if_paid(world, invoice)
            return invoice, outcome

        invoice, outcome = self.do(do)
        if outcome and outcome.state == "declined":
            raise outcome.error()
        return invoice

    def change_plan(self, subscription_id: str, price_id: str) -> Thing:
        """At once, with proration that is invoiced, as an upgrade in the portal."""

        def do(world: World) -> Thing:
            item = world.get("subscription", subscription_id)["items"]["data"][0]
            params = {
                "items": [{"id": item["id"], "price": price_id}],
                "proration_behavior": "always_invoice",
            }
            return subscriptions.update(world, params, subscription_id)

        return self.do(do)

    def cancel(self, subscription_id: str, *, at_period_end: bool = True) -> Thing:
        def do(world: World) -> Thing:
            if at_period_end:
                return subscriptions.update(world, {"cancel_at_period_end": True}, subscription_id)
            return subscriptions.cancel(world, {}, subscription_id)

        return self.do(do)

    def portal(self, session_id: str, action: PortalAction, **given: Any) -> Thing:
        """`change_plan` (price_id), `cancel` or `resume` the customer's subscription in a portal session."""
        buttons: dict[str, Callable[..., Thing]] = {
            **{"change_plan": portal.change_plan, "cancel": portal.cancel, "resume": portal.resume}
        }

        def do(world: World) -> Thing:
            session = world.get("billing_portal.session", session_id)
            return buttons[action](world, session, subscriptions.current(world, session["customer"]), **given)

        return self.do(do)

    def use_card(self, customer_id: str, number: str) -> Thing:
        """From now on the customer pays with this card."""
        return self.do(lambda world: customers.attach_card(world, world.get("customer", customer_id), number))

    def dispute(self, charge_id: str) -> Thing:
        return self.do(lambda world: disputes.begin(world, world.get("charge", charge_id)))

    def close_dispute(self, dispute_id: str, *, won: bool) -> Thing:
        return self.do(lambda world: disputes.close(world, world.get("dispute", dispute_id), won=won))

    def refund(self, charge_id: str, **params: Any) -> Thing:
        return self.do(lambda world: refunds.create(world, {"charge": charge_id, **params}))

    def delete_customer(self, customer_id: str) -> Thing:
        return self.do(lambda world: api.delete_customer(world, {}, customer_id))

    # What happens to them -----------------------------------------------------------------------------------

    def advance(self, *, hours: int = 0, days: int = 0, months: int = 0, years: int = 0) -> None:
        """Move the test clock: everything that is due meanwhile happens, each at its moment."""
        renewals.advance(self.store, self.url, hours=hours, days=days, months=months, years=years)

    def fail_next_payment(self, customer_id: str) -> None:
        """Whatever the card: the next attempt is declined, the one after it is not."""
        self.do(lambda world: world.change(world.get("customer", customer_id), _fail_next=True))

    def fault(self, name: str = "") -> None:
        """`down` (503), `refused` (401), `busy` (429), `slow`, `lost` (deliveries), or none."""
        if name not in FAULTS:
            raise ValueError(f"{name!r} is none of {FAULTS}")
        self.store.set("fault", name)

    def after_retries(self, status: str) -> None:
        """What becomes of a subscription whose renewal is never paid: `cancel`, `unpaid` or `past_due`."""
        self.store.set("after_retries", status)

    def deliver(self, *, in_order: bool = False) -> list[int]:
        """Send all events that wait, some twice and out of order; returns the statuses of the replies."""
        self.store.set("disorder", not in_order)
        return deliveries.send(self.store, self.post, everything=True)

    # Looking, and what no behaviour leads to ----------------------------------------------------------------

    def get(self, thing_id: str) -> Thing:
        """The object as the API would return it now."""
        renewals.catch_up(self.store, self.url)
        thing = self.store.get(thing_id)
        if thing is None:
            raise KeyError(thing_id)
        return public(thing)

    def all(self, kind: str, customer: str | None = None) -> list[Thing]:
        """Of a kind, such as "event" or "invoice", newest first."""
        return [public(thing) for thing in self.store.all(kind, customer)]

    def set(self, thing_id: str, **fields: Any) -> Thing:
        """Give an object fields that no customer and no time would give it.

        Nothing is emitted, and time leaves the object alone until something else changes it.
        """

        def do(world: World) -> Thing:
            thing = world.find(thing_id)
            if thing is None:
                raise KeyError(thing_id)
            world.change(thing, **fields)
            world.store.put(thing, None)
            return public(thing)

        return self.do(do)

    def do[T](self, action: Callable[[World], T]) -> T:
        """In one transaction, after everything that is due."""
        renewals.catch_up(self.store, self.url)
        with self.store.transaction():
            return action(World.at_present(self.store, self.url))
