"""Where Stripe sends buyers back: it waits, says what is so, and gives nothing to anybody by itself."""

import re

import pytest
from django.test import Client

from accounts.models import User
from billing.models import CheckoutOrder, Entitlement
from billing.simulated import SimulatedStripe
from billing.tests.buying import choose, work
from billing.tiers import tier_for

pytestmark = pytest.mark.django_db


def session_id() -> str:
    return CheckoutOrder.objects.latest("created_at").session_id


def success(browser: Client, **more: str) -> str:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    reply = browser.get(f"/billing/success?session_id={session_id()}{query}")
    assert reply.status_code == 200
    return str(reply.text)


def test_it_works(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    choose(browser)
    shop.pay(session_id())
    shop.deliver()
    work()
    assert "<h1>You’re on Pro</h1>" in success(browser)


def test_an_event_that_was_lost_is_made_up_for(shop: SimulatedStripe, browser: Client, alice: User) -> None:
    choose(browser)
    shop.pay(session_id())
    assert "<h1>You’re on Pro</h1>" in success(browser)
    assert tier_for(alice).tier == "pro"


def test_without_payment_it_says_so_and_gives_nothing(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    choose(browser)
    page = success(browser)
    assert "You haven’t paid yet" in page
    assert f'href="{CheckoutOrder.objects.get().url}"' in page
    shop.advance(hours=25)
    assert "This order has expired" in success(browser)
    work()
    assert tier_for(alice).tier == "free"
    assert not Entitlement.objects.filter(subscribed_tier__isnull=False).exists()


def test_while_stripe_is_away_it_waits_and_a_look_is_queued(
    shop: SimulatedStripe, browser: Client, alice: User
) -> None:
    choose(browser)
    shop.pay(session_id())
    shop.fault("down")
    page = success(browser)
    assert "Waiting for Stripe to confirm" in page
    assert re.search(
        r'<noscript><meta http-equiv="refresh" content="5; url=\?session_id=\w+&amp;looks=1">', page
    )
    assert re.search(r'hx-get="\?session_id=\w+&amp;looks=1" hx-trigger="load delay:2s"', page)
    shop.fault()
    assert work() == 1
    assert tier_for(alice).tier == "pro"
    fragment = browser.get(
        f"/billing/success?session_id={session_id()}&looks=1", headers={"HX-Request": "true"}
    ).text
    assert "You’re on Pro" in fragment
    assert "hx-get" not in fragment
    assert "<html" not in fragment


def test_it_does_not_ask_stripe_at_every_look_nor_for_ever(shop: SimulatedStripe, browser: Client) -> None:
    choose(browser)
    shop.pay(session_id())
    shop.fault("down")
    success(browser)
    asked = len(shop.asked)
    for looks in ("1", "2", "3", "4"):
        assert "Waiting for Stripe" in success(browser, looks=looks)
    assert len(shop.asked) == asked
    page = success(browser, looks="60")
    assert "This is taking longer than usual" in page
    assert "hx-get" not in page
    assert "http-equiv" not in page


@pytest.mark.parametrize("looks", ["x", "-1", "1e9", "٣", "99999", "1 OR 1"])
def test_any_number_of_looks_will_do(shop: SimulatedStripe, browser: Client, looks: str) -> None:
    choose(browser)
    assert "You haven’t paid yet" in success(browser, looks=looks)


def test_it_is_its_buyers_own(shop: SimulatedStripe, browser: Client, mallory: User) -> None:
    choose(browser)
    shop.pay(session_id())
    hers = Client(headers={"Accept": "text/html"})
    hers.force_login(mallory)
    absent = hers.get("/billing/success?session_id=cs_test_nothing")
    foreign = hers.get(f"/billing/success?session_id={session_id()}")
    assert absent.status_code == foreign.status_code == 404
    assert "You’re on" not in foreign.text
    assert (
        hers.get("/billing/success").status_code
        == hers.get("/billing/success?session_id=").status_code
        == 404
    )
