"""The billing page in its states: cancelling, resuming, the portal, invoices, and a Stripe that is away."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from billing.models import Entitlement
from billing.simulated import SimulatedStripe
from billing.stripe import catalogue
from billing.tests.buying import buy, choose, work
from billing.tiers import set_tier, tier_for

pytestmark = pytest.mark.django_db


def follow(shop: SimulatedStripe) -> None:
    """What the events say is known here."""
    shop.deliver()
    work()


def end_of_period() -> str:
    end = Entitlement.objects.get().period_end
    assert end
    return f"{end:%B %-d, %Y}"


def customer(shop: SimulatedStripe) -> str:
    return str(shop.all("customer")[0]["id"])


def test_it_works(shop: SimulatedStripe, browser: Client) -> None:
    buy(shop, browser)
    page = browser.get("/billing").text
    assert "<b>Pro</b> $49 a month" in page
    assert "Renews on <time" in page
    assert f">{end_of_period()}</time>" in page
    for words in ("Change plan", "Cancel plan", "Manage payment", "Show invoices"):
        assert words in page, words
    assert "Keep Pro" not in page


def test_a_yearly_plan(shop: SimulatedStripe, browser: Client) -> None:
    buy(shop, browser, "starter", "year")
    assert "<b>Starter</b> $190 a year" in browser.get("/billing").text


def test_before_anything_is_bought(shop: SimulatedStripe, browser: Client) -> None:
    page = browser.get("/billing").text
    assert "<b>Free</b>" in page
    assert "See plans" in page
    for words in ("Cancel plan", "Manage payment", "Invoices"):
        assert words not in page, words


@pytest.mark.parametrize(
    ("development", "staff", "told"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_only_who_can_change_it_is_told_how_plans_are_sold(
    browser: Client, alice: User, settings: Any, development: bool, staff: bool, told: bool
) -> None:
    settings.DEVELOPMENT = development
    User.objects.filter(pk=alice.pk).update(is_staff=staff)
    page = browser.get("/billing").text
    assert "You can’t buy a plan here yet." in page
    assert ("STRIPE_SECRET_KEY" in page) is told


def test_a_plan_that_staff_gave(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    set_tier(user=alice, tier="business")
    assert "This plan is on us." in browser.get("/billing").text
    buy(shop, browser)
    page = browser.get("/billing").text
    assert "<b>Business</b>" in page
    assert "You pay for Pro, $49 a month." in page


def test_cancelling_takes_effect_with_the_period(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    subscription = buy(shop, browser)
    question = browser.get("/billing/cancel").text
    assert "Cancel Pro?" in question
    assert "You keep Pro until <time" in question
    assert f">{end_of_period()}</time>" in question
    assert not shop.get(subscription)["cancel_at_period_end"]
    page = browser.post("/billing/cancel", follow=True).text
    assert shop.get(subscription)["cancel_at_period_end"]
    assert "Pro ends on <time" in page
    assert "Keep Pro" in page
    assert "Cancel plan" not in page
    assert tier_for(alice).tier == "pro"
    shop.advance(months=1, hours=2)
    follow(shop)
    assert tier_for(alice).tier == "free"
    assert "Pro has ended." in browser.get("/billing").text


def test_a_cancellation_is_taken_back(shop: SimulatedStripe, browser: Client) -> None:
    subscription = buy(shop, browser)
    browser.post("/billing/cancel")
    page = browser.post("/billing/resume", follow=True).text
    assert not shop.get(subscription)["cancel_at_period_end"]
    assert "Renews on" in page


def test_a_cancellation_in_the_portal_is_known_on_return_and_taken_back(
    shop: SimulatedStripe, browser: Client
) -> None:
    """The portal sets a moment, and not the flag. Its event was lost here."""
    subscription = buy(shop, browser)
    browser.post("/billing/portal")
    shop.portal(shop.all("billing_portal.session")[0]["id"], "cancel")
    assert "Pro ends on" in browser.get("/billing/return", follow=True).text
    page = browser.post("/billing/resume", follow=True).text
    assert "Renews on" in page
    assert shop.get(subscription)["cancel_at"] is None


def test_a_downgrade_waits_for_the_end_and_can_be_taken_back(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    subscription = buy(shop, browser)
    choose(browser, "starter")
    lower = catalogue.offer_for("starter", "month").price_id
    shop.portal(shop.all("billing_portal.session")[0]["id"], "change_plan", price_id=lower)
    page = browser.get("/billing/return", follow=True).text
    assert "Changes to Starter, $19 a month, on <time" in page
    assert tier_for(alice).tier == "pro"
    assert "Renews on" in browser.post("/billing/resume", follow=True).text
    assert shop.get(subscription)["schedule"] is None


def test_cancelling_ends_a_downgrade_that_waits(shop: SimulatedStripe, browser: Client) -> None:
    subscription = buy(shop, browser)
    choose(browser, "starter")
    lower = catalogue.offer_for("starter", "month").price_id
    shop.portal(shop.all("billing_portal.session")[0]["id"], "change_plan", price_id=lower)
    browser.get("/billing/return")
    assert "The change to Starter won’t happen." in browser.get("/billing/cancel").text
    assert "Pro ends on" in browser.post("/billing/cancel", follow=True).text
    assert (shop.get(subscription)["schedule"], shop.get(subscription)["cancel_at_period_end"]) == (
        None,
        True,
    )


def test_a_downgrade_happens_at_the_end(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    buy(shop, browser)
    choose(browser, "starter")
    lower = catalogue.offer_for("starter", "month").price_id
    shop.portal(shop.all("billing_portal.session")[0]["id"], "change_plan", price_id=lower)
    shop.advance(months=1, hours=2)
    follow(shop)
    facts = Entitlement.objects.get()
    assert (facts.subscribed_tier_id, facts.price_id, facts.next_price_id) == ("starter", lower, "")


def test_an_upgrade_in_the_portal_counts_at_once(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    buy(shop, browser, "starter")
    choose(browser, "pro")
    higher = catalogue.offer_for("pro", "month").price_id
    shop.portal(shop.all("billing_portal.session")[0]["id"], "change_plan", price_id=higher)
    assert "<b>Pro</b> $49 a month" in browser.get("/billing/return", follow=True).text


@pytest.mark.parametrize("action", ["cancel", "resume"])
def test_there_is_nothing_to_cancel_or_to_resume(shop: SimulatedStripe, browser: Client, action: str) -> None:
    page = browser.post(f"/billing/{action}", follow=True).text
    assert "t have a paid plan." in page
    assert browser.get("/billing/cancel")["Location"] == "/billing"


def test_what_was_done_already_is_said(shop: SimulatedStripe, browser: Client) -> None:
    buy(shop, browser)
    assert "Your plan is already set to continue." in browser.post("/billing/resume", follow=True).text
    browser.post("/billing/cancel")
    assert "Your plan is already canceled." in browser.post("/billing/cancel", follow=True).text


def test_a_payment_that_failed(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    buy(shop, browser)
    shop.fail_next_payment(customer(shop))
    shop.advance(months=1, hours=2)
    follow(shop)
    page = browser.get("/billing").text
    assert "Your last payment didn’t go through." in page
    assert "for 7 more days" in page
    invoice = next(each for each in shop.all("invoice") if each["status"] == "open")
    pay = browser.get("/billing/pay")
    assert (pay.status_code, pay["Location"]) == (303, invoice["hosted_invoice_url"])
    Entitlement.objects.update(past_due_since=timezone.now() - timedelta(days=6, hours=1))
    assert "for 1 more day," in browser.get("/billing").text
    Entitlement.objects.update(past_due_since=timezone.now() - timedelta(days=8))
    assert "Pro is on hold" in browser.get("/billing").text
    assert tier_for(alice).tier == "free"


def test_a_plan_that_is_not_paid_for_is_cancelled_at_once(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    subscription = buy(shop, browser)
    shop.fail_next_payment(customer(shop))
    shop.advance(months=1, hours=2)
    follow(shop)
    assert "Pro ends right away" in browser.get("/billing/cancel").text
    browser.post("/billing/cancel")
    assert shop.get(subscription)["status"] == "canceled"
    assert tier_for(alice).tier == "free"


def test_with_nothing_due_there_is_nothing_to_pay(shop: SimulatedStripe, browser: Client) -> None:
    buy(shop, browser)
    assert "You have no open invoice." in browser.get("/billing/pay", follow=True).text


def test_the_portal_is_the_callers_own(shop: SimulatedStripe, browser: Client, mallory: User) -> None:
    buy(shop, browser)
    hers = Client()
    hers.force_login(mallory)
    sent = {"customer": customer(shop), "return_url": "https://evil.example/"}
    reply = hers.post("/billing/portal", sent, follow=True)
    assert "nothing to manage yet" in reply.text
    assert not shop.all("billing_portal.session")
    buy(shop, hers)
    hers.post("/billing/portal", sent)
    (session,) = shop.all("billing_portal.session")
    assert shop.get(session["customer"])["metadata"]["djstripe_subscriber"] == str(mallory.pk)
    assert "evil" not in session["return_url"]


def test_a_customer_who_was_deleted_has_nothing_to_manage(shop: SimulatedStripe, browser: Client) -> None:
    buy(shop, browser)
    shop.delete_customer(customer(shop))
    assert "nothing to manage yet" in browser.post("/billing/portal", follow=True).text


def test_without_our_configuration_the_portal_is_the_accounts_own(
    shop: SimulatedStripe, browser: Client
) -> None:
    """Whoever configured prices by hand may have configured the portal by hand."""
    buy(shop, browser)
    (ours,) = shop.all("billing_portal.configuration")
    shop.set(ours["id"], metadata={})
    assert browser.post("/billing/portal").status_code == 503  # the simulated account has no default
    shop.set(ours["id"], metadata={"blogai": "portal"})
    assert browser.post("/billing/portal").status_code == 303


def test_a_change_that_the_portal_does_not_offer_opens_all_of_it(
    shop: SimulatedStripe, browser: Client
) -> None:
    buy(shop, browser, "starter")
    (ours,) = shop.all("billing_portal.configuration")
    features = ours["features"]
    features["subscription_update"]["enabled"] = False
    shop.set(ours["id"], features=features)
    assert choose(browser, "pro").status_code == 303
    (session,) = shop.all("billing_portal.session")
    assert session["flow"] is None


def test_invoices(shop: SimulatedStripe, browser: Client) -> None:
    buy(shop, browser)
    invoice = shop.all("invoice")[0]
    whole = browser.get("/billing/invoices").text
    fragment = browser.get("/billing/invoices", headers={"HX-Request": "true"}).text
    for page in (whole, fragment):
        assert "$49" in page
        assert "Paid" in page
        assert f'href="{invoice["hosted_invoice_url"]}"' in page
    assert "<h1>" in whole
    assert "<html" not in fragment


@pytest.mark.parametrize(
    ("currency", "total", "shown"), [("jpy", 4900, "¥4,900"), ("kwd", 4900, "4.900 KWD")]
)
def test_an_invoice_in_a_currency_without_cents(
    shop: SimulatedStripe, browser: Client, currency: str, total: int, shown: str
) -> None:
    buy(shop, browser)
    shop.set(shop.all("invoice")[0]["id"], currency=currency, total=total)
    assert shown in browser.get("/billing/invoices").text


def test_nobody_sees_anothers_invoices(shop: SimulatedStripe, browser: Client, mallory: User) -> None:
    buy(shop, browser)
    hers = Client()
    hers.force_login(mallory)
    assert "No invoices yet." in hers.get("/billing/invoices").text


def test_while_stripe_is_away_the_page_is_there(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    subscription = buy(shop, browser)
    shop.fault("down")
    assert "<b>Pro</b> $49 a month" in browser.get("/billing").text
    assert "can’t show your invoices. They’re safe there." in browser.get("/billing/invoices").text
    for page in ("cancel", "resume", "portal"):
        reply = browser.post(f"/billing/{page}")
        assert (reply.status_code, reply["Retry-After"]) == (503, "60"), page
    assert browser.get("/billing/return")["Location"] == "/billing"
    shop.fault()
    shop.cancel(subscription)
    assert work() == 1, "the look that could not be taken is queued"
    assert Entitlement.objects.get().cancel_at_period_end


def test_who_is_not_signed_in_comes_back(client: Client) -> None:
    assert client.get("/billing/cancel")["Location"] == "/sign-in?next=/billing"
    assert client.post("/billing/checkout", {"tier": "pro"})["Location"] == "/sign-in?next=/pricing"
