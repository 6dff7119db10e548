"""From an order to a plan, and what time and cards make of it, as the SDK sees it."""

from typing import Any

import pytest

from billing.simulated import CardDeclined, SimulatedStripe


@pytest.fixture
def customer(simulated: SimulatedStripe) -> str:
    simulated.price("price_pro", amount=4900)
    simulated.price("price_business", amount=9900)
    return str(simulated.customer("a user", card="")["id"])


def order(sdk: Any, customer: str, price: str = "price_pro", **more: Any) -> Any:
    return sdk.checkout.sessions.create(
        {
            **{"mode": "subscription", "customer": customer, "line_items": [{"price": price, "quantity": 1}]},
            **{"success_url": "https://example.org/?session={CHECKOUT_SESSION_ID}", **more},
        }
    )


def only_subscription(sdk: Any, customer: str) -> Any:
    (subscription,) = sdk.subscriptions.list({"customer": customer, "status": "all"}).data
    return subscription


def test_it_works(simulated: SimulatedStripe, sdk: Any, customer: str) -> None:
    session = order(sdk, customer)
    assert (session.status, session.payment_status, session.subscription) == ("open", "unpaid", None)
    simulated.pay(session.id)
    session = sdk.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "line_items"]})
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    subscription = session.subscription
    item = subscription["items"].data[0]
    assert (subscription.status, item.price.id) == ("active", "price_pro")
    assert item.current_period_end - item.current_period_start in (28 * 86_400, 30 * 86_400, 31 * 86_400)
    (invoice,) = sdk.invoices.list({"customer": customer}).data
    assert (invoice.status, invoice.amount_paid) == ("paid", 4900)
    assert invoice.parent.subscription_details.subscription == subscription.id


def test_a_declined_card_leaves_the_session_open(simulated: SimulatedStripe, sdk: Any, customer: str) -> None:
    session = order(sdk, customer)
    with pytest.raises(CardDeclined):
        simulated.pay(session.id, card="4000000000000002")
    assert sdk.checkout.sessions.retrieve(session.id).status == "open"
    assert only_subscription(sdk, customer).status == "incomplete"
    simulated.pay(session.id)
    assert only_subscription(sdk, customer).status == "active"


def test_a_bank_that_is_asked_first(simulated: SimulatedStripe, sdk: Any, customer: str) -> None:
    session = order(sdk, customer)
    simulated.pay(session.id, card="4000002500003155", authenticate=False)
    assert only_subscription(sdk, customer).status == "incomplete"
    simulated.advance(hours=24)
    assert only_subscription(sdk, customer).status == "incomplete_expired"
    assert sdk.checkout.sessions.retrieve(session.id).status == "expired"


def test_a_renewal_fails_and_is_tried_again(simulated: SimulatedStripe, sdk: Any, customer: str) -> None:
    simulated.pay(order(sdk, customer).id)
    simulated.fail_next_payment(customer)
    simulated.advance(months=1, hours=2)
    assert only_subscription(sdk, customer).status == "past_due"
    simulated.advance(days=3)
    assert only_subscription(sdk, customer).status == "active"
    assert len(sdk.invoices.list({"customer": customer, "status": "paid"}).data) == 2


@pytest.mark.parametrize("becomes", ["canceled", "unpaid", "past_due"])
def test_a_card_that_is_never_paid_from_again(
    simulated: SimulatedStripe, sdk: Any, customer: str, becomes: str
) -> None:
    simulated.after_retries("cancel" if becomes == "canceled" else becomes)
    simulated.pay(order(sdk, customer).id, card="4000000000000341")
    simulated.advance(months=1, days=16)
    assert only_subscription(sdk, customer).status == becomes
    assert sdk.invoices.list({"customer": customer}).data[0].attempt_count == 4


def test_an_upgrade_is_paid_for_at_once_and_a_cancellation_waits(
    simulated: SimulatedStripe, sdk: Any, customer: str
) -> None:
    simulated.pay(order(sdk, customer).id)
    subscription = only_subscription(sdk, customer)
    simulated.change_plan(subscription.id, "price_business")
    invoice = sdk.invoices.list({"customer": customer}).data[0]
    assert [line.amount for line in invoice.lines.data] == [-4900, 9900]
    assert (invoice.amount_paid, invoice.billing_reason) == (5000, "subscription_update")
    sdk.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert only_subscription(sdk, customer).status == "active"
    simulated.advance(months=1)
    assert only_subscription(sdk, customer).status == "canceled"
