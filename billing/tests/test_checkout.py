"""Buying a plan, from the button to the limits that follow, and all that must not work."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from djstripe import models as djstripe

from accounts.models import User
from billing.models import CheckoutOrder, Entitlement
from billing.simulated import SimulatedStripe
from billing.stripe import checkout, client
from billing.tests.buying import buy, choose, work
from billing.tiers import tier_for
from blogai.tests.clocks import Clock

pytestmark = pytest.mark.django_db


def open_pages(shop: SimulatedStripe) -> list[str]:
    """The sessions at Stripe on which somebody could pay."""
    return [each["id"] for each in shop.all("checkout.session") if each["status"] == "open"]


def order() -> CheckoutOrder:
    return CheckoutOrder.objects.latest("created_at")


def test_it_works(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    reply = choose(browser)
    assert (reply.status_code, reply["Location"]) == (303, order().url)
    assert urlsplit(order().url).netloc == urlsplit(shop.url).netloc
    assert tier_for(alice).tier == "free"
    shop.pay(order().session_id)
    shop.deliver()
    work()
    assert tier_for(alice).tier == "pro"
    assert order().status == CheckoutOrder.Status.PAID
    assert not djstripe.APIKey.objects.exists()


def test_what_stripe_is_told(shop: SimulatedStripe, browser: Client, alice: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://blog.example.org"
    settings.STRIPE_AUTOMATIC_TAX = True
    choose(browser, "starter", "year")
    page = shop.get(order().session_id)
    customer = shop.get(page["customer"])
    assert customer["metadata"] == {"djstripe_subscriber": str(alice.pk)}
    assert (customer["email"], customer["name"]) == (alice.email, alice.name)
    assert page["success_url"] == "https://blog.example.org/billing/success?session_id={CHECKOUT_SESSION_ID}"
    assert page["cancel_url"] == "https://blog.example.org/pricing"
    assert (page["amount_total"], page["allow_promotion_codes"]) == (19_000, True)
    assert page["automatic_tax"]["enabled"] is page["tax_id_collection"]["enabled"] is True
    assert page["billing_address_collection"] == "required"


def test_the_address_to_come_back_to_is_never_what_a_request_says(
    shop: SimulatedStripe, browser: Client, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_URL = "https://blog.example.org"
    sent = {
        "tier": "pro",
        "interval": "month",
        "success_url": "https://evil.example/",
        "next": "//evil.example",
    }
    browser.post("/billing/checkout", sent, headers={"Host": "evil.example"})
    page = shop.get(order().session_id)
    assert "evil" not in page["success_url"] + page["cancel_url"]


@pytest.mark.parametrize(
    ("tier", "interval"),
    [("pro", "week"), ("pro", ""), ("free", "month"), ("platinum", "month"), ("", ""), ("pro\x00", "month")],
)
def test_what_is_not_for_sale_is_refused(
    shop: SimulatedStripe, browser: Client, tier: str, interval: str
) -> None:
    assert choose(browser, tier, interval).status_code == 422
    assert not CheckoutOrder.objects.exists()
    assert not shop.all("customer")


def test_the_same_plan_again_is_the_same_page(shop: SimulatedStripe, browser: Client) -> None:
    first, second = choose(browser)["Location"], choose(browser)["Location"]
    assert first == second
    assert len(shop.all("checkout.session")) == len(shop.all("customer")) == 1


def test_another_plan_closes_the_page_of_the_one_before(shop: SimulatedStripe, browser: Client) -> None:
    choose(browser, "starter")
    before = order()
    choose(browser, "pro", "year")
    assert open_pages(shop) == [order().session_id] != [before.session_id]
    before.refresh_from_db()
    assert before.status == CheckoutOrder.Status.CLOSED
    assert len(shop.all("customer")) == 1


def test_a_page_that_has_expired_is_replaced(shop: SimulatedStripe, browser: Client) -> None:
    choose(browser)
    before = order()
    shop.advance(hours=25)
    assert choose(browser)["Location"] == order().url != before.url
    assert open_pages(shop) == [order().session_id]


def test_an_order_without_a_page_does_not_outlive_its_key(shop: SimulatedStripe, browser: Client) -> None:
    """Stripe would give it an earlier page, which may be closed by now."""
    choose(browser)
    CheckoutOrder.objects.update(session_id="", url="", created_at=timezone.now() - timedelta(hours=21))
    before = order()
    choose(browser)
    assert order().pk != before.pk
    assert open_pages(shop) == [order().session_id]


def test_a_page_that_was_made_and_not_noted_is_found(shop: SimulatedStripe, browser: Client) -> None:
    """As when the process died in between: its claim is over after a while."""
    choose(browser)
    made = order()
    CheckoutOrder.objects.update(session_id="", url="", claimed_until=timezone.now() - timedelta(seconds=1))
    assert choose(browser)["Location"] == made.url
    assert open_pages(shop) == [made.session_id]


@pytest.mark.django_db(transaction=True)
def test_ten_tabs_at_once_are_one_page(shop: SimulatedStripe, alice: User) -> None:
    assert set(at_once(alice, ["pro"] * 10)) == {order().url}
    assert len(shop.all("customer")) == len(shop.all("checkout.session")) == 1


@pytest.mark.django_db(transaction=True)
def test_tabs_with_several_plans_leave_one_page_open(shop: SimulatedStripe, alice: User) -> None:
    urls = at_once(alice, ["starter", "pro", "business", "pro"])
    assert len(open_pages(shop)) == 1
    assert order().url in urls
    assert len(shop.all("customer")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_upgrade_pay_once(shop: SimulatedStripe, alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    subscription = buy(shop, browser, "starter")
    urls = at_once(alice, ["pro"] * 2)
    assert all(url.startswith(f"{shop.url}/p/session/") for url in urls)
    assert [each["id"] for each in shop.all("subscription")] == [subscription]


def at_once(user: User, tiers: list[str]) -> list[str]:
    """Where each tab is sent."""
    browser = Client()
    browser.force_login(user)

    def one(tier: str) -> str:
        try:
            tab = Client()
            tab.cookies = browser.cookies
            reply = choose(tab, tier)
            assert reply.status_code == 303, reply.content
            return str(reply["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tiers)) as threads:
        return [*threads.map(one, tiers)]


def test_a_subscriber_is_sent_to_change_the_plan(shop: SimulatedStripe, browser: Client) -> None:
    subscription = buy(shop, browser, "starter")
    reply = choose(browser, "pro")
    (session,) = shop.all("billing_portal.session")
    assert (reply.status_code, reply["Location"]) == (303, session["url"])
    confirm = session["flow"]["subscription_update_confirm"]
    assert confirm["subscription"] == subscription
    assert shop.get(confirm["items"][0]["price"])["lookup_key"] == "blogai_pro_month"
    assert len(shop.all("subscription")) == 1
    assert not open_pages(shop)


@pytest.mark.parametrize(("tier", "said"), [("starter", "already on Starter"), ("pro", "still open")])
def test_a_subscriber_who_can_change_nothing_is_told(
    shop: SimulatedStripe, browser: Client, tier: str, said: str
) -> None:
    subscription = buy(shop, browser, "starter")
    if tier == "pro":
        shop.set(subscription, status="past_due")
    assert choose(browser, tier)["Location"] == "/billing"
    assert said in browser.get("/billing").text
    assert not shop.all("billing_portal.session")


def test_a_payment_whose_event_was_lost_is_no_second_subscription(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    choose(browser)
    shop.fault("lost")
    shop.pay(order().session_id)
    shop.deliver()
    shop.fault()
    assert choose(browser)["Location"] == "/billing"
    assert tier_for(alice).tier == "pro"
    assert (order().status, len(shop.all("subscription"))) == (CheckoutOrder.Status.PAID, 1)


def test_after_the_end_a_plan_can_be_bought_again(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    shop.cancel(buy(shop, browser, "starter"), at_period_end=False)
    shop.deliver()
    work()
    assert tier_for(alice).tier == "free"
    buy(shop, browser, "pro")
    assert tier_for(alice).tier == "pro"
    assert len(shop.all("customer")) == 1


def test_a_subscription_to_something_else_is_in_nobodys_way(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    shop.price("price_of_a_newsletter")
    choose(browser)
    customer = shop.get(order().session_id)["customer"]
    shop.use_card(customer, "4242424242424242")
    shop.subscribe(customer, "price_of_a_newsletter")
    shop.deliver()
    work()
    assert tier_for(alice).tier == "free"
    assert choose(browser)["Location"] == order().url


@pytest.mark.parametrize("unknown", [False, True])
def test_a_customer_who_is_gone_at_stripe_is_made_anew(
    shop: SimulatedStripe, browser: Client, alice: User, unknown: bool
) -> None:
    """Deleted there, or of an account whose key we had before."""
    choose(browser)
    before = shop.get(order().session_id)["customer"]
    if unknown:
        djstripe.Customer.objects.update(id="cus_of_another_account")
    else:
        shop.delete_customer(before)
    buy(shop, browser)
    assert tier_for(alice).tier == "pro"
    assert shop.get(order().session_id)["customer"] != before


def test_when_stripe_is_down_nothing_is_lost(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    shop.fault("down")
    reply = choose(browser)
    assert (reply.status_code, reply["Retry-After"]) == (503, "60")
    assert "Stripe, our payment service, can’t be reached" in reply.text
    shop.fault()
    buy(shop, browser)
    assert tier_for(alice).tier == "pro"
    assert len(shop.all("customer")) == len(shop.all("subscription")) == 1


def test_an_answer_that_did_not_arrive_is_asked_for_again_with_the_same_key(
    shop: SimulatedStripe, browser: Client, settings: Any
) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    assert choose(browser).status_code == 503
    before = order()
    assert (before.status, before.claimed_until) == (CheckoutOrder.Status.OPEN, None)
    settings.STRIPE_API_BASE = shop.url
    choose(browser)
    assert order().pk == before.pk


def test_a_refusal_is_not_repeated_for_ever(
    shop: SimulatedStripe, browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Stripe gives the same answer to the same key, when the reason is long gone."""
    price = shop.get(choose_and_forget(shop, browser))
    shop.set(price["id"], active=False)
    assert choose(browser).status_code == 503
    assert "inactive" in caplog.text
    shop.set(price["id"], active=True)
    assert choose(browser).status_code == 303


def choose_and_forget(shop: SimulatedStripe, browser: Client) -> str:
    """The price of a plan that was chosen, and whose page is gone."""
    choose(browser)
    shop.advance(hours=25)
    return order().price_id


def test_who_waits_for_another_tab_gives_up_in_time(
    shop: SimulatedStripe, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(browser)
    CheckoutOrder.objects.update(url="", claimed_until=timezone.now() + timedelta(hours=1))
    monkeypatch.setattr(checkout, "PATIENCE", 0.5)
    assert choose(browser).status_code == 503


def test_a_card_that_is_declined_gives_nothing(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    choose(browser)
    shop.pay(order().session_id, card="4000002500003155", authenticate=False)  # the bank asks, nobody answers
    shop.deliver()
    work()
    assert Entitlement.objects.get().status == Entitlement.Status.INCOMPLETE
    assert (tier_for(alice).tier, order().status) == ("free", CheckoutOrder.Status.OPEN)
    shop.pay(order().session_id)
    shop.deliver()
    work()
    assert (tier_for(alice).tier, order().status) == ("pro", CheckoutOrder.Status.PAID)


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_stripe_is_asked(
    shop: SimulatedStripe, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    ours = connections["default"]
    ask = client._HTTPClient.request_async

    async def watched(*args: Any, **kwargs: Any) -> Any:
        held.append(ours.connection is not None)
        return await ask(*args, **kwargs)

    monkeypatch.setattr(client._HTTPClient, "request_async", watched)
    browser = Client()
    browser.force_login(alice)
    buy(shop, browser)
    for url in ("checkout", "portal", "resume", "cancel"):
        browser.post(f"/billing/{url}", {"tier": "pro", "interval": "year"})
    for url in ("return", "invoices", "pay"):
        browser.get(f"/billing/{url}")
    assert len(held) > 20
    assert not any(held)


def test_nobody_may_ask_stripe_all_the_time(
    shop: SimulatedStripe, browser: Client, rate_limits: Clock
) -> None:
    asked = len(shop.asked)
    statuses = [choose(browser).status_code for _ in range(client.RATE.count + 1)]
    assert statuses == [303] * client.RATE.count + [429]
    assert asked < len(shop.asked)
    rate_limits.now += 60
    assert choose(browser).status_code == 303


def test_a_plan_beside_something_else_in_one_subscription_is_changed_alone(
    shop: SimulatedStripe, browser: Client
) -> None:
    shop.price("price_of_a_newsletter")
    subscription = shop.get(buy(shop, browser, "starter"))
    (plan,) = subscription["items"]["data"]
    other = {**plan, "id": "si_other", "price": shop.get("price_of_a_newsletter")}
    shop.set(subscription["id"], items={**subscription["items"], "data": [other, plan]})
    choose(browser, "pro")
    flow = shop.all("billing_portal.session")[0]["flow"]["subscription_update_confirm"]
    assert flow["items"][0]["id"] == plan["id"]


def test_a_second_customer_that_stripe_does_not_know_is_in_nobodys_way(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    buy(shop, browser, "starter")
    djstripe.Customer.objects.create(id="cus_zzz", livemode=False, subscriber=alice)
    assert choose(browser, "pro").status_code == 303
    assert len(shop.all("billing_portal.session")) == 1


def test_without_stripe_nothing_is_sold(browser: Client, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""
    reply = choose(browser)
    assert (reply.status_code, reply["Location"]) == (302, "/billing")
    assert "can’t buy a plan here yet" in browser.get("/billing").text
