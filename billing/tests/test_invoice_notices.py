"""Receipts, and mails about payments that failed: from what Stripe says of an invoice when it is asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from billing import tasks
from billing.models import Entitlement, Notice
from billing.simulated import SimulatedStripe
from billing.tests.buying import work
from billing.tests.conftest import SECRET, WEBHOOK
from billing.tests.test_stripe_webhook import event, send
from billing.tiers import tier_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe(priced_stripe: SimulatedStripe, customer: str) -> SimulatedStripe:
    """With our webhook. Alice subscribes to Pro, which is her first invoice."""
    priced_stripe.endpoint(WEBHOOK, SECRET)
    priced_stripe.subscribe(customer, "price_pro")
    return priced_stripe


def hear(stripe: SimulatedStripe) -> None:
    """All that Stripe has to say reaches us, some of it twice and out of order, and is looked up."""
    assert set(stripe.deliver()) <= {200}
    work()


def mail() -> None:
    """Do the jobs that send."""
    for job in ProcrastinateJob.objects.filter(status="todo", task_name="send_billing_notice"):
        async_to_sync(tasks.send_billing_notice.func)(**job.args)
        ProcrastinateJob.objects.filter(pk=job.pk).delete()


def the_invoice(stripe: SimulatedStripe) -> dict[str, Any]:
    return stripe.all("invoice")[0]


def told_of(stripe: SimulatedStripe, event_id: str = "evt_of_ours", **state: Any) -> None:
    """The newest invoice has a state that nothing here leads to, and an event says that it is paid."""
    invoice = stripe.set(the_invoice(stripe)["id"], **state)
    about = {"object": "invoice", "id": invoice["id"], "customer": "cus_1", "status": "paid"}
    assert send(event(event_id, type="invoice.paid", data={"object": about})).status_code == 200
    work()


def renewal_fails(stripe: SimulatedStripe, customer: str) -> None:
    stripe.fail_next_payment(customer)
    stripe.advance(months=1, hours=2)


def subjects(mails: list[EmailMultiAlternatives]) -> list[str]:
    return [str(each.subject) for each in mails]


def test_a_receipt_for_each_invoice(
    stripe: SimulatedStripe, alice: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    hear(stripe)
    mail()
    (receipt,) = mailoutbox
    invoice = the_invoice(stripe)
    paid_on = datetime.fromtimestamp(invoice["status_transitions"]["paid_at"], UTC)
    assert (receipt.to, receipt.subject) == (["alice@example.com"], "Your receipt: $49")
    for text in (
        f"We received your payment of $49 on {paid_on:%B %-d, %Y}.",
        invoice["lines"]["data"][0]["description"],
        f"Invoice number: {invoice['number']}",
        invoice["hosted_invoice_url"],
    ):
        assert text in str(receipt.body)
        assert text in str(receipt.alternatives[0][0])
    assert "List-Unsubscribe" not in receipt.extra_headers
    stripe.advance(months=1, hours=2)
    hear(stripe)
    hear(stripe)
    mail()
    assert subjects(mailoutbox) == ["Your receipt: $49"] * 2


def test_days_are_those_of_the_customer(
    stripe: SimulatedStripe, alice: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    User.objects.update(time_zone="Pacific/Auckland")
    late = datetime(2026, 11, 10, 23, 30, tzinfo=UTC)
    told_of(stripe, status_transitions={"paid_at": int(late.timestamp())})
    mail()
    assert "on November 11, 2026" in str(mailoutbox[0].body)


@pytest.mark.parametrize(
    "state",
    [
        {"status": "open", "amount_paid": 0, "attempt_count": 0},  # the event says that it is paid
        {"amount_paid": 0},  # a trial, or all of it discounted
        {"status": "void"},
        {"status": "draft"},
        {"customer": "cus_of_somebody_else"},
        {
            "status": "open",
            "attempt_count": 1,
            "billing_reason": "subscription_create",
        },  # seen at the checkout
    ],
)
def test_what_stripe_says_now_is_no_reason_for_a_mail(
    stripe: SimulatedStripe, alice: User, state: dict[str, Any]
) -> None:
    told_of(stripe, **state)
    assert not Notice.objects.exists()
    assert tier_for(alice).tier == "pro"


@pytest.mark.parametrize("invoice_id", ["in_unknown", "../../x", "", None])
def test_an_invoice_that_stripe_does_not_show_keeps_nobody_from_their_plan(
    stripe: SimulatedStripe, alice: User, invoice_id: str | None
) -> None:
    about = {"object": "invoice", "id": invoice_id, "customer": "cus_1"}
    send(event(type="invoice.paid", data={"object": about}))
    work()
    assert not any(".." in path for path in stripe.asked)
    assert not Notice.objects.exists()
    assert tier_for(alice).tier == "pro"


def test_stripe_may_send_the_receipts(stripe: SimulatedStripe, settings: Any) -> None:
    settings.STRIPE_SENDS_RECEIPTS = True
    hear(stripe)
    assert not Notice.objects.exists()


def test_a_payment_that_failed_says_until_when_the_plan_goes_on(
    stripe: SimulatedStripe, customer: str, alice: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    hear(stripe)
    mail()
    renewal_fails(stripe, customer)
    hear(stripe)
    stripe.fail_next_payment(customer)
    stripe.advance(days=3, hours=1)  # it is tried again, and fails again
    hear(stripe)
    mail()
    _, failed = mailoutbox
    since = Entitlement.objects.get().past_due_since
    assert since is not None
    assert failed.subject == "Your payment didn’t go through"
    assert "We couldn’t collect $49 for your Pro plan." in str(failed.body)
    assert f"you keep your plan until {since + timedelta(days=7):%B %-d, %Y}" in str(failed.body)
    assert the_invoice(stripe)["hosted_invoice_url"] in str(failed.body)


def test_what_was_paid_in_the_meantime_did_not_fail(
    stripe: SimulatedStripe, customer: str, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    hear(stripe)
    mail()
    renewal_fails(stripe, customer)
    hear(stripe)
    stripe.pay_invoice(the_invoice(stripe)["id"])
    hear(stripe)
    mail()
    assert subjects(mailoutbox) == ["Your receipt: $49"] * 2


def test_after_the_grace_it_is_no_news(
    stripe: SimulatedStripe, customer: str, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    hear(stripe)
    mail()
    renewal_fails(stripe, customer)
    hear(stripe)
    Entitlement.objects.update(past_due_since=timezone.now() - timedelta(days=8))
    mail()
    assert len(mailoutbox) == 1


def test_nothing_is_sent_to_a_closed_account(
    stripe: SimulatedStripe, alice: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    hear(stripe)
    User.objects.update(is_active=False)
    mail()
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("state", "amount"),
    [
        ({"amount_paid": 4900, "currency": "jpy"}, "¥4,900"),
        ({"amount_paid": 4950, "currency": "eur"}, "€49.50"),
        ({"amount_paid": 49_000, "currency": "kwd"}, "49 KWD"),
    ],
)
def test_the_amount_is_in_its_currency(stripe: SimulatedStripe, state: dict[str, Any], amount: str) -> None:
    told_of(stripe, **state)
    assert Notice.objects.get().facts["amount"] == amount


def test_what_stripe_says_is_text(stripe: SimulatedStripe, mailoutbox: list[EmailMultiAlternatives]) -> None:
    lines = the_invoice(stripe)["lines"]
    line = lines["data"][0] | {"description": "<b>Pro</b>\n\nBcc: x@example.com " + "x" * 400}
    told_of(
        stripe,
        lines=lines | {"data": [line] * 30},
        number=None,
        status_transitions={"paid_at": None},
        hosted_invoice_url="javascript:alert(1)",
    )
    mail()
    (receipt,) = mailoutbox
    html = str(receipt.alternatives[0][0])
    assert "&lt;b&gt;Pro&lt;/b&gt; Bcc: x@example.com xxx" in html
    assert html.count("&lt;b&gt;") == 10
    assert "javascript" not in html + str(receipt.body)
    assert "Invoice" not in str(receipt.body)
