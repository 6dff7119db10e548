"""From what Stripe says to a plan: states, orders, two looks at once, and what must not be stored."""

import logging
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone
from djstripe import models as djstripe

from accounts.models import User
from billing.models import Entitlement
from billing.simulated import KEY, SimulatedStripe
from billing.stripe import sync
from billing.stripe.client import StripeFailed
from billing.stripe.sync import Look, sync_customer
from billing.tests.subscriptions import DAY, ago, put, subscribe
from billing.tiers import tier_for

pytestmark = pytest.mark.django_db

LOOK = ["GET /v1/customers/cus_1", "GET /v1/subscriptions?customer=cus_1&status=all&limit=100"]


def look_up(customer_id: str = "cus_1") -> None:
    async_to_sync(sync_customer)(customer_id)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("subscriptions", "tier"),
    [
        ([], "free"),
        ([{"price": "price_pro"}], "pro"),
        ([{"price": "price_pro_yearly"}], "pro"),
        ([{"price": "price_of_something_else"}], "free"),
        ([{"price": "price_pro", "status": "trialing"}], "pro"),
        ([{"price": "price_pro", "status": "past_due"}], "pro"),
        ([{"price": "price_pro", "status": "incomplete"}], "free"),
        ([{"price": "price_pro", "status": "canceled"}], "free"),
        ([{"price": "price_pro", "status": "a_new_one"}], "free"),
        ([{"price": "price_pro", "cancel_at_period_end": True}], "pro"),
        ([{"price": "price_pro", "start": ago(31), "cancel_at_period_end": True}], "free"),
        ([{"price": "price_pro", "cancel_at": ago(1)}], "free"),
        ([{"price": "price_pro", "cancel_at": ago(-90)}], "pro"),
        (
            [
                {"price": "price_business", "status": "canceled"},
                {"price": "price_pro", "start": ago(2)},
                {"price": "price_starter", "start": ago(1)},
            ],
            "pro",
        ),
        (
            [
                {"price": "price_business", "status": "past_due"},
                {"price": "price_starter", "start": ago(2)},
            ],
            "starter",
        ),
    ],
)
def test_the_plan_is_what_stripe_says_now(
    priced_stripe: SimulatedStripe, customer: str, alice: User, subscriptions: list[dict[str, Any]], tier: str
) -> None:
    for state in subscriptions:
        subscribe(priced_stripe, customer, **{"start": ago(3), **state})
    look_up()
    assert tier_for(alice).tier == tier
    assert djstripe.Subscription.objects.count() == len(subscriptions)
    look_up()
    assert tier_for(alice).tier == tier
    assert not djstripe.APIKey.objects.exists(), "dj-stripe has stored the key"


def test_the_months_begin_with_the_first_payment_and_go_on_through_changes(
    priced_stripe: SimulatedStripe, customer: str, alice: User
) -> None:
    subscription = subscribe(priced_stripe, customer, "price_starter")

    def anchor_after(status: str = "active", **changes: Any) -> datetime | None:
        put(priced_stripe, subscription, status=status, **changes)
        look_up()
        return Entitlement.objects.get().anchor

    first, second, third = ago(50), ago(20), ago(5)
    assert anchor_after(price="price_starter", start=first, status="incomplete") is None
    assert anchor_after(price="price_starter", start=first + 25 * DAY) == at(first + 25 * DAY)
    assert anchor_after(price="price_pro", start=second) == at(first + 25 * DAY)
    assert anchor_after(price="price_pro", start=second, status="canceled") == at(first + 25 * DAY)
    assert anchor_after(price="price_pro", start=third) == at(third)


def test_the_grace_begins_when_the_payment_failed(
    priced_stripe: SimulatedStripe, customer: str, alice: User
) -> None:
    subscription = subscribe(priced_stripe, customer, "price_pro", start=ago(3))

    def since_after(status: str) -> datetime | None:
        put(priced_stripe, subscription, status=status)
        look_up()
        return Entitlement.objects.get().past_due_since

    assert since_after("active") is None
    began = since_after("past_due")
    assert began == Entitlement.objects.get().fetched_at
    assert since_after("past_due") == began
    Entitlement.objects.update(past_due_since=timezone.now() - timedelta(days=8))
    assert tier_for(alice).tier == "free"
    assert since_after("active") is None
    assert tier_for(alice).tier == "pro"


def test_an_older_look_does_not_overwrite_a_newer_one(
    priced_stripe: SimulatedStripe, customer: str, alice: User
) -> None:
    subscribe(priced_stripe, customer, "price_pro")
    look_up()
    before = Entitlement.objects.get().fetched_at
    assert before
    sync.write(Look(before - timedelta(seconds=1), alice, [customer]), customer)
    assert (tier_for(alice).tier, Entitlement.objects.get().fetched_at) == ("pro", before)
    sync.write(Look(before + timedelta(seconds=1), alice, [customer]), customer)
    assert tier_for(alice).tier == "free"


def test_what_staff_gave_stays(customer: str, alice: User) -> None:
    Entitlement.objects.create(user=alice, given_tier_id="business", own_cost_limit_usd=3)
    look_up()
    assert tier_for(alice).tier == "business"
    assert Entitlement.objects.get().own_cost_limit_usd == 3


def test_a_second_customer_takes_nothing_away(
    priced_stripe: SimulatedStripe, customer: str, alice: User
) -> None:
    subscribe(priced_stripe, customer, "price_pro")
    look_up()
    priced_stripe.customer(alice.pk, customer_id="cus_2")
    look_up("cus_2")
    assert tier_for(alice).tier == "pro"


def test_a_customer_is_whose_we_stored_it_for(
    priced_stripe: SimulatedStripe, customer: str, alice: User, bob: User
) -> None:
    look_up()
    priced_stripe.set(customer, metadata={"djstripe_subscriber": str(bob.pk)})
    subscribe(priced_stripe, customer, "price_pro")
    look_up()
    assert (tier_for(alice).tier, tier_for(bob).tier) == ("pro", "free")


def test_a_deleted_customer_has_no_plan_and_an_unknown_one_keeps_it(
    priced_stripe: SimulatedStripe, customer: str, alice: User, settings: Any
) -> None:
    subscribe(priced_stripe, customer, "price_pro")
    look_up()
    with SimulatedStripe() as another_account:
        settings.STRIPE_API_BASE = another_account.url
        look_up()
        assert another_account.asked == LOOK[:1]
    assert tier_for(alice).tier == "pro"
    settings.STRIPE_API_BASE = priced_stripe.url
    priced_stripe.delete_customer(customer)
    look_up()
    assert tier_for(alice).tier == "free"


@pytest.mark.parametrize("user_id", ["", "nobody", "00000000-0000-7000-8000-000000000000"])
def test_a_customer_of_nobody_ends_quietly(priced_stripe: SimulatedStripe, db: None, user_id: str) -> None:
    priced_stripe.customer(user_id, customer_id="cus_1")
    look_up()
    assert not Entitlement.objects.exists()
    assert priced_stripe.asked == ["GET /v1/customers/cus_1"]


def test_parents_are_asked_for_once_and_neither_card_nor_address_is_stored(
    priced_stripe: SimulatedStripe, customer: str
) -> None:
    subscribe(priced_stripe, customer, "price_pro")
    look_up()
    parents = ["GET /v1/account", "GET /v1/products/prod_price_pro"]
    assert priced_stripe.asked == [LOOK[0], parents[0], LOOK[1], parents[1]]
    priced_stripe.asked.clear()
    look_up()
    assert priced_stripe.asked == LOOK
    stored = str(djstripe.Customer.objects.get().stripe_data)
    known = priced_stripe.get(customer)
    for secret in ("canary", known["invoice_settings"]["default_payment_method"].lower()):
        assert secret in str(known).lower()
        assert secret not in stored.lower()
    assert not djstripe.PaymentMethod.objects.exists()
    assert djstripe.Price.objects.get().djstripe_owner_account.id == "acct_simulated"


def test_what_stripe_says_in_an_error_is_not_repeated(
    priced_stripe: SimulatedStripe, customer: str, caplog: pytest.LogCaptureFixture
) -> None:
    priced_stripe.fault("refused")
    with caplog.at_level(logging.DEBUG), pytest.raises(StripeFailed) as raised:
        look_up()
    logging.getLogger("billing").exception("as the queue logs it", exc_info=raised.value)
    assert "AuthenticationError, status 401" in caplog.text
    assert KEY not in caplog.text


# In any order ----------------------------------------------------------------------------------------


@pytest.fixture
def story(priced_stripe: SimulatedStripe, customer: str) -> list[list[dict[str, Any]]]:
    """What Stripe has said at each of six events in the life of a subscription; asked now, it says the last.

    All prices are stored, as each look stores them first.
    """
    said = []

    def happened(status: str, price: str) -> None:
        said.append(priced_stripe.all("subscription", customer))
        ((subscription,),) = said[-1:]
        assert (subscription["status"], subscription["items"]["data"][0]["price"]["id"]) == (status, price)

    asks_the_bank = "4000002500003155"
    priced_stripe.use_card(customer, asks_the_bank)
    subscription = priced_stripe.subscribe(customer, "price_pro")["id"]
    happened("incomplete", "price_pro")
    priced_stripe.use_card(customer, "4242424242424242")
    priced_stripe.pay_invoice(priced_stripe.get(subscription)["latest_invoice"])
    happened("active", "price_pro")
    look_up()
    priced_stripe.fail_next_payment(customer)
    priced_stripe.advance(months=1, hours=2)
    happened("past_due", "price_pro")
    priced_stripe.advance(days=3)
    happened("active", "price_pro")
    priced_stripe.change_plan(subscription, "price_business")
    happened("active", "price_business")
    priced_stripe.cancel(subscription)
    happened("active", "price_business")
    look_up()
    djstripe.Subscription.objects.all().delete()
    return said


def facts() -> dict[str, Any]:
    return {
        **Entitlement.objects.values(
            *("subscribed_tier", "status", "period_end"), "cancel_at_period_end"
        ).get()
    }


def in_order(
    order: tuple[int, ...], story: list[list[dict[str, Any]]], stripe: SimulatedStripe, alice: User
) -> None:
    """Each event leads to a look, some twice; what was fetched earlier is also written late."""
    Entitlement.objects.all().delete()
    began = timezone.now() - timedelta(hours=1)
    for place in (*order, *order[:2]):
        subscriptions = [_as_stripe_object(each) for each in story[place]]
        sync.write(Look(began + timedelta(minutes=place), alice, ["cus_1"], subscriptions), "cus_1")
    (now,) = stripe.all("subscription", "cus_1")
    (item,) = now["items"]["data"]
    assert facts() == {
        "subscribed_tier": "business",
        "status": "active",
        "period_end": at(item["current_period_end"]),
        "cancel_at_period_end": True,
    }
    assert (now["status"], item["price"]["id"]) == ("active", "price_business")
    stored = djstripe.Subscription.objects.get()
    assert stored.stripe_data["cancel_at_period_end"] is now["cancel_at_period_end"] is True
    assert stored.stripe_data["status"] == now["status"]
    assert stored.items.get().price.id == "price_business"


def _as_stripe_object(thing: dict[str, Any]) -> Any:
    import stripe

    return stripe.convert_to_stripe_object(thing, api_key=KEY)


def test_six_events_in_some_orders_end_in_one_state(
    story: list[list[dict[str, Any]]], priced_stripe: SimulatedStripe, alice: User
) -> None:
    orders = list(permutations(range(6)))
    for order in [orders[0], orders[-1], *Random(6).sample(orders, 4)]:
        in_order(order, story, priced_stripe, alice)
    assert not djstripe.APIKey.objects.exists()


@pytest.mark.worker
@pytest.mark.timeout(600)
def test_six_events_in_every_order_end_in_one_state(
    story: list[list[dict[str, Any]]], priced_stripe: SimulatedStripe, alice: User
) -> None:
    for order in permutations(range(6)):
        in_order(order, story, priced_stripe, alice)
    assert not djstripe.APIKey.objects.exists()
