"""Buying a plan in a browser, and how the billing page looks and reads in each of its states."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from billing.simulated import SimulatedStripe
from generation.llm.simulated import Server
from generation.tests.e2e.site import Site
from generation.tests.e2e.test_walk import PASSWORD

pytestmark = pytest.mark.e2e

SECRET = "whsec_" + "a" * 32


@pytest.fixture
def stripe() -> Iterator[SimulatedStripe]:
    with SimulatedStripe() as stripe:
        yield stripe


@pytest.fixture
def shop(another_site: Callable[..., Site], stripe: SimulatedStripe, model: Server) -> Site:
    """A site that sells plans through that Stripe."""
    site = another_site(
        **{"STRIPE_SECRET_KEY": stripe.key, "STRIPE_API_BASE": stripe.url, "STRIPE_WEBHOOK_SECRET": SECRET},
        **{"OPENAI_API_KEY": "simulated", "OPENAI_BASE_URL": model.openai_url, "OPENAI_MODEL": "simulated-1"},
    )
    site.manage("setup_stripe")
    stripe.endpoint(f"{site.url}/webhooks/stripe", SECRET)
    return site


def test_a_plan_from_its_beginning_to_its_end(
    shop: Site,
    stripe: SimulatedStripe,
    session: str,
    window: Callable[..., Any],
    look: Callable[..., None],
    complaints: list[str],
) -> None:
    page = window(session, at=shop)
    page.goto("/billing")
    look(page, "billing-free")

    page.goto("/pricing?interval=year")
    look(page, "pricing-for-sale-year")
    page.get_by_role("link", name="Monthly").click()
    look(page, "pricing-for-sale")
    page.get_by_role("button", name="Choose Pro").click()
    page.wait_for_url(f"{stripe.url}/**")  # the policy lets the form lead there
    (checkout,) = stripe.all("checkout.session")

    page.goto(f"/billing/success?session_id={checkout['id']}")
    look(page, "billing-not-paid")
    page.get_by_role("link", name="Continue to payment").click()
    stripe.fault("down")
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("heading", name="Waiting for Stripe to confirm").wait_for()
    look(page, "billing-waiting")
    stripe.fault()
    stripe.deliver()
    page.get_by_role("heading", name="You’re on Pro").wait_for()
    look(page, "billing-paid")

    page.get_by_role("link", name="See billing").click()
    page.get_by_role("table").wait_for()
    look(page, "billing-active")
    page.goto("/pricing")
    page.get_by_role("button", name="Switch to Business").wait_for()
    look(page, "pricing-subscribed")
    page.get_by_role("link", name="Manage your plan").click()
    page.get_by_role("link", name="Cancel plan").click()
    look(page, "billing-cancel")
    page.get_by_role("button", name="Cancel plan").click()
    page.get_by_text("Pro ends on").wait_for()
    look(page, "billing-cancelling")
    page.get_by_role("button", name="Keep Pro").click()
    page.get_by_text("Renews on").wait_for()
    page.get_by_role("button", name="Manage payment").click()
    page.wait_for_url(f"{stripe.url}/**")
    page.goto("/billing")

    stripe.fail_next_payment(checkout["customer"])
    stripe.advance(months=1, hours=2)
    stripe.deliver()
    until_it_says(page, "Your last payment didn’t go through.")
    look(page, "billing-past-due")

    stripe.fault("down")
    page.goto("/billing")
    page.get_by_text("We can’t reach Stripe right now").wait_for()
    look(page, "billing-stripe-away")
    page.get_by_role("button", name="Manage payment").click()
    page.get_by_text("Nothing has changed").wait_for()
    complaints.clear()  # Chromium says of every 503 that it is one
    look(page, "billing-stripe-away-refused")


def test_from_the_free_limit_to_pro_and_back(
    shop: Site, stripe: SimulatedStripe, window: Callable[..., Any], complaints: list[str]
) -> None:
    page = window(at=shop)
    page.goto("/sign-up")
    enter(page, "Create account")
    page.get_by_role("link", name="Sign in without confirming").click()
    enter(page, "Sign in")
    page.wait_for_url("**/new")
    for _ in range(2):  # as many as Free has a day
        write(page)
        page.goto("/new")
    page.get_by_text("Your free plan has no posts left today").wait_for()

    tab = page.context.new_page()
    tab.goto("/pricing")
    tab.get_by_role("button", name="Choose Pro").click()
    tab.get_by_role("button", name="Pay").click()
    tab.get_by_role("heading", name="You’re on Pro").wait_for()
    page.reload()  # had no button: there was none left
    write(page)

    tab.goto("/billing")
    tab.get_by_role("button", name="Manage payment").click()
    tab.get_by_role("link", name="Cancel plan").click()
    tab.get_by_role("button", name="Cancel plan").click()
    tab.get_by_role("link", name="Return to the site").click()
    stripe.deliver()
    until_it_says(tab, "Pro ends on")
    stripe.advance(months=1, hours=2)
    stripe.deliver()
    until_it_says(tab, "Pro has ended")
    page.goto("/new")
    page.get_by_text("Your free plan has no posts left today").wait_for()
    assert complaints == []
    assert no_key_is_stored()


def enter(page: Any, button: str) -> None:
    page.get_by_label("Email").fill("buyer@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=button, exact=True).click()


def write(page: Any) -> None:
    page.locator("#topic").fill("How tides work")
    page.get_by_role("button", name="Write post").click()
    page.wait_for_url("**/posts/*")
    page.locator("[data-copy]").first.wait_for(timeout=60_000)


def no_key_is_stored() -> bool:
    from djstripe.models import APIKey

    return not APIKey.objects.exists()


def test_a_visitor_signs_up_first(shop: Site, window: Callable[..., Any], look: Callable[..., None]) -> None:
    page = window(at=shop)
    page.goto("/pricing?interval=year")
    look(page, "pricing-for-sale-nobody")
    page.get_by_role("link", name="Choose Starter").click()
    page.get_by_role("heading", name="Sign up").wait_for()
    assert page.url.endswith("/sign-up?next=/pricing%3Finterval%3Dyear")


def until_it_says(page: Any, text: str) -> None:
    """A worker takes the event a moment after it has come."""
    for _ in range(60):
        page.goto("/billing")
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(page.inner_text("main"))


def test_without_stripe(page: Any, look: Callable[..., None]) -> None:
    page.goto("/billing")
    page.get_by_text("You can’t buy a plan here yet.").wait_for()
    look(page, "billing-not-for-sale")
