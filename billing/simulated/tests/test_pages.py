"""What people click, as a browser without scripts would: forms, redirects, and who may press the buttons."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest

from billing.simulated import SimulatedStripe
from billing.simulated.tests.test_fields import open_portal
from billing.simulated.tests.test_subscribing import only_subscription, order


@pytest.fixture
def browser(simulated: SimulatedStripe) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulated.url, headers={"Origin": simulated.url}) as browser:
        yield browser


@pytest.fixture
def customer(simulated: SimulatedStripe) -> str:
    simulated.price("price_starter", amount=1900)
    simulated.price("price_pro", amount=4900)
    return str(simulated.customer("a user", card="")["id"])


@pytest.fixture
def pro(simulated: SimulatedStripe, sdk: Any, customer: str) -> str:
    simulated.pay(order(sdk, customer).id)
    return customer


@pytest.fixture
def portal(sdk: Any, pro: str) -> str:
    return f"/p/session/{open_portal(sdk, pro)}"


def text(reply: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", reply.text)).split())


def test_it_works(sdk: Any, browser: httpx.Client, customer: str) -> None:
    session = order(sdk, customer, cancel_url="https://example.org/pricing")
    shown = browser.get(session.url)
    assert "price_pro $49.00 a month Due today $49.00" in text(shown)
    assert 'href="https://example.org/pricing"' in shown.text
    paid = browser.post(session.url, data={"card": "4242424242424242"})
    assert (paid.status_code, paid.headers["location"]) == (303, f"https://example.org/?session={session.id}")
    assert only_subscription(sdk, customer).status == "active"
    again = browser.post(session.url, data={"card": "4242424242424242"})
    assert (again.status_code, "has been paid for" in text(again)) == (410, True)
    only_subscription(sdk, customer)


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"card": "4000000000000002"}, 402, "Your card was declined."),
        ({"card": "4000000000000069"}, 402, "Your card has expired."),
        ({"card": "4242424242424241"}, 400, "Your card number is incorrect."),
        ({}, 400, "Your card number is incorrect."),
        ({"card": "4242424242424242", "code": "FREE"}, 400, "This code is invalid"),
    ],
)
def test_what_is_not_paid_is_said(
    sdk: Any, browser: httpx.Client, customer: str, form: dict[str, str], status: int, said: str
) -> None:
    session = order(sdk, customer)
    reply = browser.post(session.url, data=form)
    assert (reply.status_code, said in text(reply)) == (status, True)
    assert sdk.checkout.sessions.retrieve(session.id).status == "open"


@pytest.mark.parametrize(("answer", "status"), [("yes", "active"), ("no", "incomplete")])
def test_a_bank_that_asks(sdk: Any, browser: httpx.Client, customer: str, answer: str, status: str) -> None:
    session = order(sdk, customer)
    bank = browser.post(session.url, data={"card": "4000002500003155"}).headers["location"]
    assert "charge $49.00" in text(browser.get(bank))
    reply = browser.post(bank, data={"answer": answer})
    assert only_subscription(sdk, customer).status == status
    assert reply.status_code == {"yes": 303, "no": 402}[answer]
    assert browser.post(bank, data={"answer": "yes"}).status_code == 400, "an answer is given once"


def test_a_cheaper_plan_waits_and_can_be_called_off(
    simulated: SimulatedStripe, sdk: Any, browser: httpx.Client, pro: str, portal: str
) -> None:
    assert "Change to price_starter? $19.00 a month" in (
        shown := text(browser.get(f"{portal}/plans/price_starter"))
    )
    assert "nothing is due before" in shown
    browser.post(f"{portal}/plans/price_starter")
    assert "Changes to price_starter on" in text(browser.get(portal))
    browser.post(f"{portal}/resume")
    assert "Renews on" in text(browser.get(portal))
    browser.post(f"{portal}/plans/price_starter")
    simulated.advance(months=1, hours=2)
    assert only_subscription(sdk, pro)["items"].data[0].price.id == "price_starter"
    assert sdk.invoices.list({"customer": pro}).data[0].amount_paid == 1900


def test_a_dearer_plan_is_paid_for_at_once_or_not_at_all(
    simulated: SimulatedStripe, sdk: Any, browser: httpx.Client, customer: str
) -> None:
    simulated.pay(order(sdk, customer, "price_starter").id)
    portal = f"/p/session/{open_portal(sdk, customer)}"
    assert "Remaining time on price_pro $49.00 Total $30.00" in text(browser.get(f"{portal}/plans/price_pro"))
    simulated.use_card(customer, "4000000000000002")
    refused = browser.post(f"{portal}/plans/price_pro")
    assert (refused.status_code, "declined. Nothing has changed." in text(refused)) == (402, True)
    assert only_subscription(sdk, customer)["items"].data[0].price.id == "price_starter"
    assert browser.post(f"{portal}/card", data={"card": "5555555555554444"}).status_code == 303
    assert browser.post(f"{portal}/plans/price_pro").status_code == 303
    assert only_subscription(sdk, customer)["items"].data[0].price.id == "price_pro"
    assert sdk.invoices.list({"customer": customer}).data[0].amount_paid == 3000


def test_canceling_and_thinking_better_of_it(
    simulated: SimulatedStripe, sdk: Any, browser: httpx.Client, pro: str, portal: str
) -> None:
    assert "You can use it until" in text(browser.get(f"{portal}/cancel"))
    browser.post(f"{portal}/cancel")
    subscription = only_subscription(sdk, pro)
    assert (subscription.status, subscription.cancel_at_period_end) == ("active", False)
    assert subscription.cancel_at == subscription["items"].data[0].current_period_end
    browser.post(f"{portal}/resume")
    assert only_subscription(sdk, pro).cancel_at is None
    browser.post(f"{portal}/cancel")
    simulated.advance(months=1)
    assert only_subscription(sdk, pro).status == "canceled"
    assert "There is no subscription" in text(browser.get(f"/p/session/{open_portal(sdk, pro)}"))


def test_a_portal_for_one_task_leads_back_to_the_site(sdk: Any, browser: httpx.Client, pro: str) -> None:
    open_portal(sdk, pro)
    (configuration,) = sdk.billing_portal.configurations.list({"is_default": False}).data
    flow = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": only_subscription(sdk, pro).id},
        "after_completion": {"type": "redirect", "redirect": {"return_url": "https://example.org/billing"}},
    }
    session = sdk.billing_portal.sessions.create(
        {"customer": pro, "configuration": configuration.id, "flow_data": flow}
    )
    cancel = browser.get(session.url).headers["location"]
    assert browser.post(cancel).headers["location"] == "https://example.org/billing"
    assert only_subscription(sdk, pro).cancel_at


def test_a_portal_is_open_for_an_hour(simulated: SimulatedStripe, browser: httpx.Client, portal: str) -> None:
    assert browser.get(portal).status_code == 200
    simulated.advance(hours=2)
    assert (browser.get(portal).status_code, browser.post(f"{portal}/cancel").status_code) == (400, 400)


def test_an_invoice_that_could_not_be_paid_is_paid_on_its_page(
    simulated: SimulatedStripe, sdk: Any, browser: httpx.Client, pro: str
) -> None:
    simulated.fail_next_payment(pro)
    simulated.advance(months=1, hours=2)
    invoice = sdk.invoices.list({"customer": pro, "status": "open"}).data[0]
    assert "1 × price_pro (at $49.00 / month)" in text(browser.get(invoice.hosted_invoice_url))
    assert browser.post(invoice.hosted_invoice_url, data={"card": "4000000000000002"}).status_code == 402
    assert browser.post(invoice.hosted_invoice_url, data={"card": "4242424242424242"}).status_code == 303
    assert only_subscription(sdk, pro).status == "active"


def test_the_control_page(simulated: SimulatedStripe, sdk: Any, browser: httpx.Client, pro: str) -> None:
    before = sdk.subscriptions.list({"customer": pro}).data[0]["items"].data[0].current_period_end
    browser.post(f"/customers/{pro}", data={"do": "fail"})
    assert "The next payment will fail" in text(browser.get("/"))
    browser.post("/clock", data={"by": "month"})
    browser.post("/clock", data={"by": "day"})
    subscription = only_subscription(sdk, pro)
    assert subscription.status == "past_due"
    assert subscription["items"].data[0].current_period_end > before
    browser.post(f"/customers/{pro}", data={"do": "refund"})
    assert sdk.refunds.list().data[0].amount == 4900
    browser.post("/behaviour", data={"fault": "down", "after_retries": "unpaid"})
    assert simulated.store.setting("fault", "") == "down"
    assert browser.get("/").status_code == 200, "the page that ends a fault must not be down"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": ""}, 403),
        ({"Origin": "http://127.0.0.1:8000"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "simulated.example.org"}, 403),
    ],
)
def test_buttons_are_pressed_on_these_pages_only(
    browser: httpx.Client, headers: dict[str, str], status: int
) -> None:
    assert browser.post("/clock", data={"by": "day"}, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/nothing", "/c/pay/cs_test_x", "/i/in_x", "/p/session/bps_x", "/3ds/pi_x"])
def test_what_is_not_there(browser: httpx.Client, path: str) -> None:
    reply = browser.get(path)
    assert (reply.status_code, "Simulated Stripe: no money moves" in text(reply)) == (404, True)


def test_no_page_needs_a_script_or_has_a_style_in_it(browser: httpx.Client, portal: str) -> None:
    for path in ("/", portal, f"{portal}/plans", f"{portal}/card", f"{portal}/cancel"):
        reply = browser.get(path)
        assert "default-src 'none'; style-src 'self'" in reply.headers["content-security-policy"]
        assert not re.search(r"<script|<style|style=|onclick", reply.text)


def test_names_are_data(sdk: Any, browser: httpx.Client, simulated: SimulatedStripe, customer: str) -> None:
    sdk.products.update("prod_price_pro", {"name": "<script>alert(1)</script>"})
    shown = browser.get(order(sdk, customer).url).text
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>" not in shown
