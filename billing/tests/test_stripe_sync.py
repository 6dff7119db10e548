"""From what Stripe says to a plan: states, orders, two looks at once, and what must not be stored."""

import logging
import time
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
from billing.stripe import sync
from billing.stripe.client import StripeFailed
from billing.stripe.sync import Look, sync_customer
from billing.tests.fake_stripe import KEY, MONTH, FakeStripe, Thing, subscription
from billing.tiers import tier_for

pytestmark = pytest.mark.django_db

DAY = 86_400


def look_up(customer_id: str = "cus_1") -> None:
    async_to_sync(sync_customer)(customer_id)


def ago(days: float) -> int:
    return int(time.time() - days * DAY)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def several(*subscriptions: Thing) -> list[Thing]:
    return [*subscriptions]


@pytest.mark.parametrize(
    ("subscriptions", "tier"),
    [
        ([], "free"),
        ([subscription(1, "price_pro", start=ago(3))], "pro"),
        ([subscription(1, "price_pro_yearly", start=ago(3))], "pro"),
        ([subscription(1, "price_of_something_else", start=ago(3))], "free"),
        ([subscription(1, "price_pro", start=ago(3), status="trialing")], "pro"),
        ([subscription(1, "price_pro", start=ago(3), status="past_due")], "pro"),
        ([subscription(1, "price_pro", start=ago(3), status="incomplete")], "free"),
        ([subscription(1, "price_pro", start=ago(3), status="canceled")], "free"),
        ([subscription(1, "price_pro", start=ago(3), status="a_new_one")], "free"),
        ([subscription(1, "price_pro", start=ago(3), cancel_at_period_end=True)], "pro"),
        ([subscription(1, "price_pro", start=ago(31), cancel_at_period_end=True)], "free"),
        ([subscription(1, "price_pro", start=ago(3), cancel_at=ago(1))], "free"),
        ([subscription(1, "price_pro", start=ago(3), cancel_at=ago(-90))], "pro"),
        (
            several(
                subscription(1, "price_business", start=ago(3), status="canceled"),
                subscription(2, "price_pro", start=ago(2)),
                subscription(3, "price_starter", start=ago(1)),
            ),
            "pro",
        ),
        (
            several(
                subscription(1, "price_business", start=ago(3), status="past_due"),
                subscription(2, "price_starter", start=ago(2)),
            ),
            "starter",
        ),
    ],
)
def test_the_plan_is_what_stripe_says_now(
    fake_stripe: FakeStripe, customer: str, alice: User, subscriptions: list[Thing], tier: str
) -> None:
    fake_stripe.subscribe(customer, *subscriptions)
    look_up()
    assert tier_for(alice).tier == tier
    assert djstripe.Subscription.objects.count() == len(subscriptions)
    look_up()
    assert tier_for(alice).tier == tier
    assert not djstripe.APIKey.objects.exists(), "dj-stripe has stored the key"


def test_the_months_begin_with_the_first_payment_and_go_on_through_changes(
    fake_stripe: FakeStripe, customer: str, alice: User
) -> None:
    def anchor_after(**changes: Any) -> datetime | None:
        fake_stripe.subscribe(customer, subscription(1, **changes))
        look_up()
        return Entitlement.objects.get().anchor

    first, second, third = ago(50), ago(20), ago(5)
    assert anchor_after(price="price_starter", start=first, status="incomplete") is None
    assert anchor_after(price="price_starter", start=first + 25 * DAY) == at(first + 25 * DAY)
    assert anchor_after(price="price_pro", start=second) == at(first + 25 * DAY)
    assert anchor_after(price="price_pro", start=second, status="canceled") == at(first + 25 * DAY)
    assert anchor_after(price="price_pro", start=third) == at(third)


def test_the_grace_begins_when_the_payment_failed(
    fake_stripe: FakeStripe, customer: str, alice: User
) -> None:
    def since_after(status: str) -> datetime | None:
        fake_stripe.subscribe(customer, subscription(1, "price_pro", start=ago(3), status=status))
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
    fake_stripe: FakeStripe, customer: str, alice: User
) -> None:
    fake_stripe.subscribe(customer, subscription(1, "price_pro", start=ago(3)))
    look_up()
    before = Entitlement.objects.get().fetched_at
    assert before
    sync.write(Look(before - timedelta(seconds=1), alice, [customer]), customer)
    assert (tier_for(alice).tier, Entitlement.objects.get().fetched_at) == ("pro", before)
    sync.write(Look(before + timedelta(seconds=1), alice, [customer]), customer)
    assert tier_for(alice).tier == "free"


def test_what_staff_gave_stays(fake_stripe: FakeStripe, customer: str, alice: User) -> None:
    Entitlement.objects.create(user=alice, given_tier_id="business", own_cost_limit_usd=3)
    look_up()
    assert tier_for(alice).tier == "business"
    assert Entitlement.objects.get().own_cost_limit_usd == 3


def test_a_second_customer_takes_nothing_away(fake_stripe: FakeStripe, customer: str, alice: User) -> None:
    fake_stripe.subscribe(customer, subscription(1, "price_pro", start=ago(3)))
    look_up()
    fake_stripe.customer("cus_2", alice.pk)
    fake_stripe.subscribe("cus_2")
    look_up("cus_2")
    assert tier_for(alice).tier == "pro"


def test_a_customer_is_whose_we_stored_it_for(
    fake_stripe: FakeStripe, customer: str, alice: User, bob: User
) -> None:
    look_up()
    fake_stripe.customer(customer, bob.pk)
    fake_stripe.subscribe(customer, subscription(1, "price_pro", start=ago(3)))
    look_up()
    assert (tier_for(alice).tier, tier_for(bob).tier) == ("pro", "free")


def test_a_deleted_customer_has_no_plan_and_an_unknown_one_keeps_it(
    fake_stripe: FakeStripe, customer: str, alice: User
) -> None:
    fake_stripe.subscribe(customer, subscription(1, "price_pro", start=ago(3)))
    look_up()
    known = fake_stripe.things.pop(f"/v1/customers/{customer}")
    look_up()  # as with the key of another account
    assert tier_for(alice).tier == "pro"
    gone = {"object": "customer", "id": known["id"], "deleted": True}
    fake_stripe.things[f"/v1/customers/{customer}"] = gone
    look_up()
    assert tier_for(alice).tier == "free"


@pytest.mark.parametrize("user_id", ["", "nobody", "00000000-0000-7000-8000-000000000000"])
def test_a_customer_of_nobody_ends_quietly(fake_stripe: FakeStripe, db: None, user_id: str) -> None:
    fake_stripe.customer("cus_1", user_id)
    look_up()
    assert not Entitlement.objects.exists()
    assert fake_stripe.asked == ["/v1/customers/cus_1"]


def test_parents_are_asked_for_once_and_neither_card_nor_address_is_stored(
    fake_stripe: FakeStripe, customer: str
) -> None:
    fake_stripe.subscribe(customer, subscription(1, "price_pro", start=ago(3)))
    look_up()
    look = ["/v1/customers/cus_1", "/v1/subscriptions?customer=cus_1&status=all&limit=100"]
    assert fake_stripe.asked == [look[0], "/v1/account", look[1], "/v1/products/prod_price_pro"]
    fake_stripe.asked.clear()
    look_up()
    assert fake_stripe.asked == look
    stored = djstripe.Customer.objects.get()
    assert "canary" not in str(stored.stripe_data).lower()
    assert not djstripe.PaymentMethod.objects.exists()
    assert djstripe.Price.objects.get().djstripe_owner_account.id == "acct_1"


def test_what_stripe_says_in_an_error_is_not_repeated(
    fake_stripe: FakeStripe, customer: str, caplog: pytest.LogCaptureFixture
) -> None:
    fake_stripe.failing = 401
    with caplog.at_level(logging.DEBUG), pytest.raises(StripeFailed) as raised:
        look_up()
    logging.getLogger("billing").exception("as the queue logs it", exc_info=raised.value)
    assert "AuthenticationError, status 401" in caplog.text
    assert KEY not in caplog.text


# In any order ----------------------------------------------------------------------------------------


SUBSCRIBED = subscription(1, "price_pro", start=ago(3))
STORY: list[list[Thing]] = [
    [{**SUBSCRIBED, "status": "incomplete"}],
    [SUBSCRIBED],
    [{**SUBSCRIBED, "status": "past_due"}],
    [SUBSCRIBED],
    [subscription(1, "price_business", start=ago(3))],
    [subscription(1, "price_business", start=ago(3), cancel_at_period_end=True)],
]
"""What Stripe would have said at each of six events; when they are looked up it says the last."""


def facts() -> dict[str, Any]:
    return {
        **Entitlement.objects.values(
            *("subscribed_tier", "status", "period_end"), "cancel_at_period_end"
        ).get()
    }


def in_order(order: tuple[int, ...], fake: FakeStripe, alice: User) -> None:
    """Each event leads to a look, some twice; what was fetched earlier is also written late."""
    Entitlement.objects.all().delete()
    began = timezone.now() - timedelta(hours=1)
    for place in (*order, *order[:2]):
        subscriptions = [_as_stripe_object(each) for each in STORY[place]]
        sync.write(Look(began + timedelta(minutes=place), alice, ["cus_1"], subscriptions), "cus_1")
    assert facts() == {
        "subscribed_tier": "business",
        "status": "active",
        "period_end": at(SUBSCRIBED["start_date"] + MONTH),
        "cancel_at_period_end": True,
    }
    stored = djstripe.Subscription.objects.get()
    assert stored.stripe_data["cancel_at_period_end"] is True
    assert stored.items.get().price.id == "price_business"


def _as_stripe_object(thing: Thing) -> Any:
    import stripe

    return stripe.convert_to_stripe_object({**thing, "customer": "cus_1"}, api_key=KEY)


@pytest.fixture
def all_prices(fake_stripe: FakeStripe, customer: str) -> None:
    """Both prices are stored, as each look stores them first."""
    fake_stripe.subscribe(customer, *STORY[0], subscription(2, "price_business", start=ago(3)))
    look_up()
    djstripe.Subscription.objects.all().delete()


def test_six_events_in_some_orders_end_in_one_state(
    fake_stripe: FakeStripe, all_prices: None, alice: User
) -> None:
    orders = list(permutations(range(6)))
    for order in [orders[0], orders[-1], *Random(6).sample(orders, 4)]:
        in_order(order, fake_stripe, alice)
    assert not djstripe.APIKey.objects.exists()


@pytest.mark.worker
@pytest.mark.timeout(600)
def test_six_events_in_every_order_end_in_one_state(
    fake_stripe: FakeStripe, all_prices: None, alice: User
) -> None:
    for order in permutations(range(6)):
        in_order(order, fake_stripe, alice)
    assert not djstripe.APIKey.objects.exists()
