"""An account that goes ends what it pays for, whatever Stripe does meanwhile."""

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction
from django.test import Client
from djstripe import models as djstripe
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import closing
from accounts.models import User
from accounts.origins import Origin
from billing import quotas
from billing.models import CheckoutOrder
from billing.simulated import SimulatedStripe
from billing.stripe import tasks
from billing.stripe.client import StripeFailed
from billing.subscription import subscription_of
from billing.tests.buying import buy, choose, work

pytestmark = pytest.mark.django_db


def personal_data() -> str:
    """All that dj-stripe's tables say about people."""
    return str([*djstripe.Customer.objects.values(), *djstripe.Subscription.objects.values()])


def test_it_works(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    subscription = buy(shop, browser)
    assert alice.email in personal_data()
    customer = djstripe.Customer.objects.get().id
    alice.delete()
    work()
    assert shop.get(subscription)["status"] == "canceled"
    assert shop.get(customer)["deleted"] is True
    assert personal_data() == "[]"
    assert not CheckoutOrder.objects.exists()
    shop.deliver()
    work()
    assert personal_data() == "[]", "what Stripe says of it later brings nothing back"
    assert not djstripe.APIKey.objects.exists()


def test_a_stripe_that_is_down_is_asked_again_for_days(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    subscription = buy(shop, browser)
    User.objects.filter(pk=alice.pk).delete()
    shop.fault("down")
    with pytest.raises(StripeFailed):
        work()
    assert shop.get(subscription)["status"] == "active"
    assert ProcrastinateJob.objects.get(task_name="close_stripe_customer").status == "todo"
    shop.fault()
    work()
    assert shop.get(subscription)["status"] == "canceled"
    waits = [4**attempt for attempt in range(1, tasks.RETRY_FOR_DAYS.max_attempts or 0)]
    assert 3 * 86_400 < sum(waits) < 14 * 86_400


def test_twice_is_once(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    buy(shop, browser)
    customer = djstripe.Customer.objects.get().id
    alice.delete()
    work()
    async_to_sync(tasks.close_stripe_customer.func)(customer_id=customer)
    assert personal_data() == "[]"


def test_an_account_that_stays_keeps_its_subscription(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    subscription = buy(shop, browser)
    with pytest.raises(RuntimeError), transaction.atomic():
        User.objects.get(pk=alice.pk).delete()
        raise RuntimeError("something else went wrong")
    assert not ProcrastinateJob.objects.filter(task_name="close_stripe_customer").exists()
    assert shop.get(subscription)["status"] == "active"


def test_a_page_on_which_nobody_has_paid_yet_is_closed(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    choose(browser)
    session = CheckoutOrder.objects.get().session_id
    alice.delete()
    work()
    assert shop.get(session)["status"] == "expired"
    assert not shop.all("subscription")


def test_an_account_that_never_paid_leaves_no_job(shop: SimulatedStripe, alice: User) -> None:
    alice.delete()
    assert not ProcrastinateJob.objects.exists()


def close(user: User) -> None:
    closing.close(user, Origin())


def test_a_closed_account_pays_nothing_more_and_may_come_back_to_what_it_has_paid_for(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    subscription = buy(shop, browser)
    close(alice)
    work()
    assert shop.get(subscription)["cancel_at_period_end"] is True
    assert shop.get(subscription)["status"] == "active"
    closing.keep(alice, Origin())
    assert subscription_of(alice) and quotas.usage(alice)["tier"] == "pro"


def test_a_page_on_which_it_could_still_pay_is_closed(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    choose(browser)
    session = CheckoutOrder.objects.get().session_id
    close(alice)
    work()
    assert shop.get(session)["status"] == "expired"


def test_what_is_paid_at_the_last_moment_is_not_paid_again(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    """The event of the payment comes when the account is closed already."""
    choose(browser)
    session = shop.pay(CheckoutOrder.objects.get().session_id)
    close(alice)
    ProcrastinateJob.objects.filter(task_name="end_stripe_payments").delete()  # it has looked before
    shop.deliver()
    while work():
        pass
    assert shop.get(session["subscription"])["cancel_at_period_end"] is True


def test_an_account_that_is_open_again_is_left_alone(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    subscription = buy(shop, browser)
    close(alice)
    closing.keep(alice, Origin())
    work()
    assert shop.get(subscription)["cancel_at_period_end"] is False


def test_a_stripe_that_is_down_does_not_keep_an_account_open(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    subscription = buy(shop, browser)
    shop.fault("down")
    close(alice)
    with pytest.raises(StripeFailed):
        work()
    shop.fault()
    work()
    assert shop.get(subscription)["cancel_at_period_end"] is True
    assert tasks.end_stripe_payments.retry_strategy == tasks.RETRY_FOR_DAYS
