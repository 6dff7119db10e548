"""Chromium on the pages: from an order to its end without scripts, and what axe finds."""

import os
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from billing.simulated import SimulatedStripe
from billing.simulated.tests.test_fields import open_portal
from billing.simulated.tests.test_subscribing import only_subscription, order

pytestmark = pytest.mark.e2e

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parents[3] / "blogai/tests/vendor/axe.min.js"
WIDTHS = (320, 1280)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            raise FileNotFoundError(f"{CHROMIUM}: install Debian's chromium.")
        pytest.skip(f"There is no {CHROMIUM}.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site() -> Iterator[str]:
    """The shop that the customer comes from: a page with the address that was asked for."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>The shop</title>")

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def customer(simulated: SimulatedStripe) -> str:
    simulated.price("price_starter", amount=1900)
    simulated.price("price_pro", amount=4900)
    return str(simulated.customer("a user", card="", email="alice@example.com")["id"])


def test_a_customer_without_scripts(
    simulated: SimulatedStripe, sdk: Any, chromium: Any, customer: str, site: str
) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    session = order(sdk, customer, success_url=f"{site}/thanks", cancel_url=f"{site}/pricing")
    page.goto(session.url)
    page.get_by_role("link", name="Back").click()
    assert page.url == f"{site}/pricing"
    page.goto(session.url)
    page.get_by_role("radio", name="•••• 0002 Is declined", exact=True).check()
    page.get_by_role("button", name="Pay $49.00").click()
    page.get_by_role("alert").filter(has_text="Your card was declined.").wait_for()
    page.get_by_role("radio", name="Asks the bank once").check()
    page.get_by_role("button", name="Pay $49.00").click()
    page.get_by_role("button", name="Yes, confirm").click()
    page.wait_for_url(f"{site}/thanks")
    page.goto(f"{simulated.url}/p/session/{open_portal(sdk, customer, f'{site}/billing')}")
    page.get_by_role("link", name="Change plan").click()
    page.get_by_role("link", name="Choose price_starter").click()
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Keep price_pro").click()
    page.get_by_role("link", name="Cancel plan").click()
    page.get_by_role("button", name="Cancel plan").click()
    page.get_by_text("Ends on").wait_for()
    page.get_by_role("link", name="Return to the site").click()
    page.wait_for_url(f"{site}/billing")
    page.goto(simulated.url)
    page.get_by_role("button", name="One month on").click()
    page.get_by_text("canceled", exact=True).wait_for()
    assert only_subscription(sdk, customer).status == "canceled"
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(
    simulated: SimulatedStripe, sdk: Any, chromium: Any, customer: str, scheme: str
) -> None:
    session = order(sdk, customer, cancel_url="https://example.org", allow_promotion_codes=True)
    other = order(sdk, customer)
    simulated.pay(session.id)
    portal = f"/p/session/{open_portal(sdk, customer)}"
    subscription = only_subscription(sdk, customer).id
    simulated.endpoint("http://127.0.0.1:9/webhooks/stripe", "whsec_x")
    simulated.fail_next_payment(customer)
    simulated.change_plan(subscription, "price_starter")
    invoice = f"/i/{only_subscription(sdk, customer).latest_invoice}"
    simulated.deliver()
    look = looking(chromium, simulated, scheme)
    for path in ("/", invoice, "/nothing", portal, f"{portal}/plans", f"{portal}/plans/price_pro"):
        look(path)
    for path in (f"{portal}/cancel", f"{portal}/card", f"/c/pay/{session.id}", f"/c/pay/{other.id}"):
        look(path)


def looking(chromium: Any, simulated: SimulatedStripe, scheme: str) -> Callable[[str], None]:
    page = chromium.new_context(color_scheme=scheme, bypass_csp=True, base_url=simulated.url).new_page()

    def look(path: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} at {width} px"
            page.add_script_tag(path=str(AXE))
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert [each["id"] for each in found["violations"]] == [], f"{path} at {width} px, {scheme}"

    return look
