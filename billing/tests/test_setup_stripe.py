"""`manage.py setup_stripe`: everything is made once, and changed only where it differs."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from djstripe import models as djstripe

from billing.models import TierLimit
from billing.simulated import SimulatedStripe
from billing.stripe import catalogue
from billing.stripe.events import HANDLED

pytestmark = pytest.mark.django_db

MADE = ("product", "price", "webhook_endpoint", "billing_portal.configuration")


def setup(*arguments: str) -> str:
    out = StringIO()
    call_command("setup_stripe", *arguments, stdout=out)
    return out.getvalue()


def made(stripe: SimulatedStripe) -> dict[str, list[Any]]:
    return {kind: stripe.all(kind) for kind in MADE}


def only(stripe: SimulatedStripe, kind: str) -> Any:
    (thing,) = stripe.all(kind)
    return thing


def test_it_works(simulated_stripe: SimulatedStripe, settings: Any) -> None:
    said = setup()
    prices = {each["lookup_key"]: each for each in simulated_stripe.all("price")}
    assert len(prices) == 6
    year = prices["blogai_business_year"]
    assert (year["unit_amount"], year["currency"], year["recurring"]["interval"]) == (149_000, "usd", "year")
    product = simulated_stripe.get(year["product"])
    assert (product["name"], product["metadata"]) == ("Blog AI Business", {"blogai_tier": "business"})
    endpoint = only(simulated_stripe, "webhook_endpoint")
    assert (endpoint["url"], set(endpoint["enabled_events"])) == (
        f"{settings.PUBLIC_URL}/webhooks/stripe",
        HANDLED,
    )
    assert len(catalogue.for_sale()) == 6
    assert "Changes: 11." in said  # three products, six prices, the endpoint, the portal
    assert re.search(r"^STRIPE_WEBHOOK_SECRET=whsec_\w+,whsec_\w+$", said, re.MULTILINE)
    assert simulated_stripe.key not in said
    assert not djstripe.APIKey.objects.exists()


def test_the_portal_is_as_it_must_be(simulated_stripe: SimulatedStripe, settings: Any) -> None:
    settings.PUBLIC_URL = "https://blog.example.org"
    setup()
    portal = only(simulated_stripe, "billing_portal.configuration")
    features = portal["features"]
    assert portal["default_return_url"] == "https://blog.example.org/billing/return"
    assert portal["business_profile"]["terms_of_service_url"] == "https://blog.example.org/terms"
    assert features["subscription_cancel"]["mode"] == "at_period_end"
    assert set(features["customer_update"]["allowed_updates"]) >= {"address", "tax_id"}
    assert features["payment_method_update"]["enabled"] is features["invoice_history"]["enabled"] is True
    update = features["subscription_update"]
    assert update["schedule_at_period_end"]["conditions"] == [
        {"type": "decreasing_item_amount"},
        {"type": "shortening_interval"},
    ]
    offered = {price for product in update["products"] for price in product["prices"]}
    assert offered == {offer.price_id for offer in catalogue.for_sale()}


def test_twice_is_once(simulated_stripe: SimulatedStripe) -> None:
    setup()
    before = made(simulated_stripe)
    asked = len([each for each in simulated_stripe.asked if each.startswith("POST")])
    said = setup()
    assert "Changes: none." in said
    assert "whsec_" not in said
    assert made(simulated_stripe) == before
    assert len([each for each in simulated_stripe.asked if each.startswith("POST")]) == asked


def test_a_dry_run_only_says(simulated_stripe: SimulatedStripe) -> None:
    said = setup("--dry-run")
    assert "Would create the product Blog AI Pro." in said
    assert "Would create the price of pro by the year: $490." in said
    assert not any(made(simulated_stripe).values())
    assert not djstripe.Price.objects.exists()
    assert not djstripe.Account.objects.exists()
    setup()
    assert "Changes to make: none." in setup("--dry-run")


def test_a_new_amount_is_a_new_price(simulated_stripe: SimulatedStripe) -> None:
    setup()
    before = catalogue.offer_for("pro", "month").price_id
    TierLimit.objects.filter(tier="pro").update(price_monthly_usd=59)
    said = setup()
    now = catalogue.offer_for("pro", "month")
    assert (now.price, now.price_id != before) == ("$59", True)
    assert f"replaces {before}, now archived" in said
    assert (simulated_stripe.get(before)["lookup_key"], simulated_stripe.get(before)["active"]) == (
        None,
        False,
    )
    portal = only(simulated_stripe, "billing_portal.configuration")
    assert before not in str(portal["features"])
    assert now.price_id in str(portal["features"])


def test_what_was_archived_or_changed_by_hand_is_repaired(simulated_stripe: SimulatedStripe) -> None:
    setup()
    product = simulated_stripe.get(catalogue.offer_for("pro", "month").price_id)["product"]
    simulated_stripe.set(product, active=False)
    endpoint = only(simulated_stripe, "webhook_endpoint")
    simulated_stripe.set(endpoint["id"], enabled_events=["invoice.paid"], status="disabled")
    assert "Changes: 2." in setup()
    assert simulated_stripe.get(product)["active"]
    repaired = only(simulated_stripe, "webhook_endpoint")
    assert (set(repaired["enabled_events"]), repaired["status"]) == (HANDLED, "enabled")


def test_prices_of_the_settings_are_taken_over(simulated_stripe: SimulatedStripe, settings: Any) -> None:
    settings.STRIPE_PRICE_IDS = {**settings.STRIPE_PRICE_IDS, "pro": "price_hand", "starter": "price_nowhere"}
    simulated_stripe.price("price_hand", amount=4900)
    simulated_stripe.price("price_nothing")
    said = setup()
    assert catalogue.offer_for("pro", "month").price_id == "price_hand"
    assert simulated_stripe.get("prod_price_hand")["metadata"] == {"blogai_tier": "pro"}
    assert simulated_stripe.get(catalogue.offer_for("pro", "year").price_id)["product"] == "prod_price_hand"
    assert "Stripe doesn't have price_nowhere, which the settings name." in said
    assert "Warning: starter isn't for sale by the month" in said
    assert "Changes: none." in setup()


def test_a_price_that_does_not_fit_is_named(simulated_stripe: SimulatedStripe, settings: Any) -> None:
    settings.STRIPE_PRICE_IDS = {**settings.STRIPE_PRICE_IDS, "pro": "price_yen"}
    simulated_stripe.price("price_yen", amount=4900, currency="jpy")
    said = setup()
    assert "Warning: price_yen isn't for sale as pro by the month: it costs ¥4,900, and the plan $49." in said
    portal = only(simulated_stripe, "billing_portal.configuration")
    offered = portal["features"]["subscription_update"]["products"]
    assert not [each for each in offered if "price_yen" in each["prices"]]


def test_the_secret_goes_into_a_file(simulated_stripe: SimulatedStripe, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("STRIPE_SECRET_KEY=sk_test_1\n#STRIPE_WEBHOOK_SECRET=whsec_...\nPORT=8000")
    said = setup("--env-file", str(path))
    assert "whsec_" not in said
    kept, secret = path.read_text().rsplit("STRIPE_WEBHOOK_SECRET=", 1)
    assert kept == "STRIPE_SECRET_KEY=sk_test_1\nPORT=8000\n"
    assert re.fullmatch(r"whsec_\w+\n", secret)
    endpoint = only(simulated_stripe, "webhook_endpoint")
    simulated_stripe.set(endpoint["id"], url="https://elsewhere.example.org/webhooks/stripe")
    setup("--env-file", str(path))
    assert re.search(rf"^STRIPE_WEBHOOK_SECRET={secret.strip()},whsec_\w+$", path.read_text(), re.MULTILINE)


def test_a_file_that_cannot_be_written_is_noticed_before_anything_is_made(
    simulated_stripe: SimulatedStripe, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="Can't write"):
        setup("--env-file", str(tmp_path))
    assert not any(made(simulated_stripe).values())


def test_a_laptop_gets_no_endpoint_at_the_real_stripe(
    simulated_stripe: SimulatedStripe, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.stripe.setup.LOOPBACK_HOSTS", ("127.0.0.1",))  # and not "localhost"
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    settings.STRIPE_API_BASE = simulated_stripe.url.replace("127.0.0.1", "localhost")
    said = setup()
    assert "`stripe listen --forward-to http://127.0.0.1:8000/webhooks/stripe`" in said
    assert not simulated_stripe.all("webhook_endpoint")


def test_an_endpoint_without_its_secret_here_is_pointed_out(
    simulated_stripe: SimulatedStripe, settings: Any
) -> None:
    setup()
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert "dashboard shows the endpoint's signing secret" in setup()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY isn't set"),
        ({"STRIPE_SECRET_KEY": "sk_test_wrong"}, "Stripe rejected STRIPE_SECRET_KEY"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:9"}, "Stripe isn't answering at http://127.0.0.1:9"),
        ({"STRIPE_API_VERSION": "2020-08-27"}, "Stripe refused: The simulated Stripe speaks version"),
    ],
)
def test_what_goes_wrong_is_a_sentence(
    simulated_stripe: SimulatedStripe, settings: Any, changes: dict[str, str], said: str
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    with pytest.raises(CommandError, match=re.escape(said)):
        setup()


def test_what_was_made_before_a_failure_is_found_again(
    simulated_stripe: SimulatedStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    from billing.stripe.client import StripeFailed
    from billing.stripe.setup import SetUp

    async def fail(*_: object) -> None:
        raise StripeFailed("APIError, status 500, code None")

    with monkeypatch.context() as patch:
        patch.setattr(SetUp, "_portal", fail)
        with pytest.raises(CommandError, match="What was done so far is kept"):
            setup()
    assert "Changes: 1." in setup()
    assert len(simulated_stripe.all("price")) == 6
