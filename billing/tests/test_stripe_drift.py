"""What staff see of Stripe beside ours, and when the two differ."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from billing.models import Entitlement, StripeEvent
from billing.simulated import SimulatedStripe
from billing.stripe.drift import Comparison, compare
from billing.stripe.sync import sync_customer
from billing.tests.subscriptions import subscribe


@pytest.fixture
def subscription(priced_stripe: SimulatedStripe, customer: str) -> str:
    """Alice's, which was looked up just now."""
    made = subscribe(priced_stripe, customer, "price_pro")
    async_to_sync(sync_customer)(customer)
    return made


def seen(user: User) -> Comparison:
    return compare(user, Entitlement.objects.filter(user=user).first())


def test_both_agree_after_a_look(subscription: str, alice: User) -> None:
    comparison = seen(alice)
    assert comparison.differences == []
    assert comparison.customer_ids == ["cus_1"]
    (mirrored,) = comparison.subscriptions
    assert (mirrored.id, mirrored.facts.tier, mirrored.facts.status) == (subscription, "pro", "active")
    assert comparison.looked_at == Entitlement.objects.get().fetched_at


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subscribed_tier": "starter"}, "Plan: pro at Stripe, starter here."),
        ({"subscribed_tier": None}, "Plan: pro at Stripe, none here."),
        ({"status": "past_due"}, "Status: active at Stripe, past_due here."),
        ({"cancel_at_period_end": True}, "Ends with the period: no at Stripe, yes here."),
        ({"period_end": F("period_end") + timedelta(days=1)}, "End of the period: "),
    ],
)
def test_each_difference_is_named(
    subscription: str, alice: User, changes: dict[str, object], sentence: str
) -> None:
    Entitlement.objects.update(**changes)
    (difference,) = seen(alice).differences
    assert difference.startswith(sentence)


def test_somebody_whom_stripe_does_not_know_has_no_drift(alice: User) -> None:
    assert seen(alice) == Comparison([], [], None, [])


def test_events_that_wait_are_named(subscription: str, alice: User) -> None:
    event = {"type": "invoice.paid", "created": timezone.now(), "payload": {}}
    StripeEvent.objects.create(id="evt_1", customer_id="cus_1", **event)
    StripeEvent.objects.create(id="evt_2", customer_id="cus_of_another", **event)
    assert seen(alice).differences == ["Events of Stripe that were not looked up yet: 1."]
