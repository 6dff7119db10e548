"""What the API takes and refuses: keys, parameters, repeated requests, pages, and several callers at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from billing.simulated import SimulatedStripe
from billing.simulated.tests.test_subscribing import order
from billing.simulated.world import API_VERSION


@pytest.fixture
def price(simulated: SimulatedStripe) -> str:
    return str(simulated.price("price_pro")["id"])


@pytest.fixture
def customer(simulated: SimulatedStripe) -> str:
    return str(simulated.customer("a user")["id"])


def refusal(call: Any, *arguments: Any) -> tuple[int | None, str | None, Any]:
    """Status, code and parameter of the error."""
    with pytest.raises(stripe.StripeError) as raised:
        call(*arguments)
    return raised.value.http_status, raised.value.code, getattr(raised.value, "param", None)


def test_it_works(sdk: Any) -> None:
    address = {"country": "DE"}
    customer = sdk.customers.create({"address": address, "metadata": {"a": "1", "b": "2"}})
    assert (customer.address.country, customer.address.city) == ("DE", None)
    changed = sdk.customers.update(customer.id, {"metadata": {"a": "", "c": "3"}, "address": ""})
    assert (changed.metadata.to_dict(), changed.address) == ({"b": "2", "c": "3"}, None)
    assert refusal(sdk.customers.update, customer.id, {"email": ""})[1] == "parameter_invalid_empty"
    assert sdk.customers.delete(customer.id).deleted
    assert sdk.customers.retrieve(customer.id).deleted
    assert refusal(sdk.customers.update, customer.id, {"name": "A"}) == (404, "resource_missing", "id")


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "You did not provide an API key"),
        (
            {"Authorization": "Bearer sk_test_another_one"},
            "Invalid API Key provided: sk_test_************_one",
        ),
        ({"Authorization": "Basic c2tfdGVzdDo="}, "You did not provide an API key"),
    ],
)
def test_another_key_is_refused(simulated: SimulatedStripe, headers: dict[str, str], said: str) -> None:
    reply = httpx.get(f"{simulated.url}/v1/prices", headers=headers)
    assert reply.status_code == 401
    assert reply.json()["error"]["message"].startswith(said)


def test_another_version_is_refused(simulated: SimulatedStripe) -> None:
    headers = {"Authorization": f"Bearer {simulated.key}", "Stripe-Version": "2020-08-27"}
    assert httpx.get(f"{simulated.url}/v1/prices", headers=headers).status_code == 400
    headers["Stripe-Version"] = API_VERSION
    assert httpx.get(f"{simulated.url}/v1/prices", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"line_items": [{"price": "price_x"}]}, ("resource_missing", "line_items[0][price]")),
        ({"line_items": [{"price": "price_once"}]}, (None, "line_items[0][price]")),
        ({"line_items": [{"price": "price_old"}]}, (None, "line_items[0][price]")),
        ({"line_items": []}, ("parameter_missing", "line_items")),
        ({"customer": "cus_x"}, ("resource_missing", "customer")),
        ({"customer": ""}, ("parameter_invalid_empty", "customer")),
        ({"success_url": "javascript:alert(1)"}, ("url_invalid", "success_url")),
        ({"mode": "sell"}, (None, "mode")),
        ({"mode": "payment"}, (None, "mode")),
        ({"surprise": 1}, ("parameter_unknown", "surprise")),
        ({"line_items": [{"prize": "price_pro"}]}, ("parameter_unknown", "line_items[0][prize]")),
        ({"expires_at": 12}, (None, "expires_at")),
        ({"expires_at": "soon"}, ("parameter_invalid_integer", "expires_at")),
        ({"shipping_options": [{"shipping_rate": "shr_1"}]}, (None, "shipping_options")),
        (
            {"subscription_data": {"application_fee_percent": 3}},
            (None, "subscription_data[application_fee_percent]"),
        ),
        ({"tax_id_collection": {"enabled": True}}, (None, "customer_update[name]")),
        ({"automatic_tax": {"enabled": True}}, ("customer_tax_location_invalid", None)),
    ],
)
def test_an_order_that_stripe_would_refuse(
    simulated: SimulatedStripe, sdk: Any, price: str, customer: str, changes: Any, error: Any
) -> None:
    sdk.prices.create({"product": "prod_price_pro", "currency": "usd", "unit_amount": 1})
    simulated.price("price_old", active=False)
    simulated.set(simulated.price("price_once")["id"], type="one_time", recurring=None)
    sent = {"mode": "subscription", "customer": customer, "line_items": [{"price": price}]}
    params = {**sent, "success_url": "https://example.org", **changes}
    assert refusal(sdk.checkout.sessions.create, params) == (400, *error)
    assert not simulated.all("checkout.session")


def test_a_repeated_request_has_the_same_reply(sdk: Any, price: str, customer: str) -> None:
    def ask(success_url: str = "https://example.org", key: str = "order-1") -> Any:
        params = {"mode": "subscription", "customer": customer, "line_items": [{"price": price}]}
        return sdk.checkout.sessions.create({**params, "success_url": success_url}, {"idempotency_key": key})

    first, second, other = ask(), ask(), ask(key="order-2")
    assert first.id == second.id != other.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError) as raised:
        ask("https://example.org/other")
    assert raised.value.http_status == 400


def test_of_ten_equal_requests_at_once_one_is_carried_out(sdk: Any, price: str, customer: str) -> None:
    params = {"mode": "subscription", "customer": customer, "line_items": [{"price": price}]}
    params["success_url"] = "https://example.org"
    with ThreadPoolExecutor(10) as threads:
        made = threads.map(
            lambda _: sdk.checkout.sessions.create(params, {"idempotency_key": "order-1"}).id, range(10)
        )
        assert len({*made}) == 1


def test_a_refused_request_leaves_nothing_and_may_be_repeated(sdk: Any, customer: str, price: str) -> None:
    params = {"customer": customer, "items": [{"price": "price_x"}]}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as raised:
            sdk.subscriptions.create(params, {"idempotency_key": "order-1"})
        assert raised.value.code == "resource_missing"
    assert sdk.subscriptions.list({"customer": customer, "status": "all"}).data == []
    assert not [e for e in sdk.events.list({"limit": 100}).data if "subscription" in e.type]


def test_pages_of_a_list(simulated: SimulatedStripe, sdk: Any) -> None:
    made = [sdk.products.create({"name": f"Product {number}"}).id for number in range(5)][::-1]
    first = sdk.products.list({"limit": 2})
    assert ([each.id for each in first.data], first.has_more) == (made[:2], True)
    second = sdk.products.list({"limit": 2, "starting_after": made[1]})
    assert ([each.id for each in second.data], second.has_more) == (made[2:4], True)
    last = sdk.products.list({"limit": 2, "starting_after": made[3]})
    assert ([each.id for each in last.data], last.has_more) == (made[4:], False)
    back = sdk.products.list({"limit": 2, "ending_before": made[3]})
    assert [each.id for each in back.data] == made[1:3]
    assert [each.id for each in sdk.products.list({"limit": 2}).auto_paging_iter()] == made
    assert refusal(sdk.products.list, {"limit": 101}) == (400, None, "limit")
    assert refusal(sdk.products.list, {"starting_after": "prod_x"}) == (
        400,
        "resource_missing",
        "starting_after",
    )


def test_prices_by_their_lookup_keys(sdk: Any) -> None:
    product = sdk.products.create({"name": "Pro"}).id
    yen = {"product": product, "currency": "jpy", "unit_amount": 4900, "recurring": {"interval": "year"}}
    first = sdk.prices.create({**yen, "lookup_key": "blogai_pro_year"})
    assert (first.unit_amount, first.unit_amount_decimal, first.currency) == (4900, 4900, "jpy")
    assert refusal(sdk.prices.create, {**yen, "lookup_key": "blogai_pro_year"})[0] == 400
    second = sdk.prices.create({**yen, "lookup_key": "blogai_pro_year", "transfer_lookup_key": True})
    assert [each.id for each in sdk.prices.list({"lookup_keys": ["blogai_pro_year"]}).data] == [second.id]
    assert sdk.prices.retrieve(first.id).lookup_key is None
    assert refusal(sdk.products.delete, product)[0] == 400, "it has prices"
    wrong = {"product": product, "currency": "yen!", "unit_amount": 1}
    assert refusal(sdk.prices.create, wrong) == (400, None, "currency")


def test_what_is_asked_for_beside_the_object(
    sdk: Any, simulated: SimulatedStripe, price: str, customer: str
) -> None:
    made = simulated.subscribe(customer, price)["id"]
    shown = sdk.subscriptions.retrieve(made, {"expand": ["latest_invoice.customer"]})
    assert shown.latest_invoice.customer.id == customer
    (listed,) = sdk.subscriptions.list({"customer": customer, "expand": ["data.customer"]}).data
    assert listed.customer.id == customer
    assert refusal(sdk.subscriptions.retrieve, made, {"expand": ["surprise"]}) == (400, None, "expand")


@pytest.mark.parametrize(
    ("behavior", "price_after", "status"),
    [
        ("error_if_incomplete", "price_pro", "active"),
        ("pending_if_incomplete", "price_pro", "active"),
        ("allow_incomplete", "price_business", "past_due"),
        ("default_incomplete", "price_business", "active"),
    ],
)
def test_a_change_whose_payment_fails(
    simulated: SimulatedStripe,
    sdk: Any,
    price: str,
    customer: str,
    behavior: str,
    price_after: str,
    status: str,
) -> None:
    simulated.price("price_business", amount=9900)
    made = simulated.subscribe(customer, price)
    simulated.use_card(customer, "4000000000000002")
    item = made["items"]["data"][0]["id"]
    change = {"items": [{"id": item, "price": "price_business"}], "payment_behavior": behavior}
    change["proration_behavior"] = "always_invoice"
    if behavior == "error_if_incomplete":
        assert refusal(sdk.subscriptions.update, made["id"], change)[:2] == (402, "card_declined")
    else:
        sdk.subscriptions.update(made["id"], change)
    now = sdk.subscriptions.retrieve(made["id"])
    assert (now["items"].data[0].price.id, now.status) == (price_after, status)
    if behavior == "pending_if_incomplete":
        assert now.pending_update.subscription_items[0].price.id == "price_business"
        simulated.use_card(customer, "4242424242424242")
        sdk.invoices.pay(now.latest_invoice)
        now = sdk.subscriptions.retrieve(made["id"])
        assert (now["items"].data[0].price.id, now.pending_update) == ("price_business", None)


def test_a_trial_that_ends_without_a_card_pauses(simulated: SimulatedStripe, sdk: Any, price: str) -> None:
    customer = simulated.customer("a user", card="")["id"]
    end = {"end_behavior": {"missing_payment_method": "pause"}}
    made = sdk.subscriptions.create(
        {"customer": customer, "items": [{"price": price}], "trial_period_days": 3, "trial_settings": end}
    )
    assert made.status == "trialing"
    simulated.advance(days=3)
    assert sdk.subscriptions.retrieve(made.id).status == "paused"
    simulated.use_card(customer, "4242424242424242")
    assert sdk.subscriptions.resume(made.id).status == "active"


def test_months_are_counted_from_the_first_day(simulated: SimulatedStripe, price: str, customer: str) -> None:
    """31 January, 28 February, 31 March."""
    from billing.simulated.periods import after

    january, february, march = 1_801_353_600, 1_803_772_800, 1_806_451_200
    assert (after(january, "month", 1), after(january, "month", 2)) == (february, march)
    assert after(1_835_395_200, "year", 1) == 1_866_931_200  # 29 February 2028, 28 February 2029


def test_refunds_and_disputes(simulated: SimulatedStripe, sdk: Any, price: str, customer: str) -> None:
    simulated.subscribe(customer, price)
    (charge,) = sdk.charges.list({"customer": customer}).data
    sdk.refunds.create({"charge": charge.id, "amount": 4000})
    assert refusal(sdk.refunds.create, {"charge": charge.id, "amount": 1000}) == (400, None, "amount")
    sdk.refunds.create({"payment_intent": charge.payment_intent})
    assert refusal(sdk.refunds.create, {"charge": charge.id})[1] == "charge_already_refunded"
    dispute = simulated.dispute(charge.id)["id"]
    simulated.close_dispute(dispute, won=False)
    assert sdk.disputes.retrieve(dispute).status == "lost"
    told = [each.type for each in sdk.events.list({"types": ["charge.refunded", "charge.dispute.*"]}).data]
    assert told[::-1] == ["charge.refunded"] * 2 + ["charge.dispute.created", "charge.dispute.closed"]


@pytest.mark.parametrize(("fault", "status"), [("down", 503), ("busy", 429), ("refused", 401)])
def test_faults(simulated: SimulatedStripe, sdk: Any, fault: str, status: int) -> None:
    simulated.fault(fault)
    assert refusal(sdk.prices.list)[0] == status
    simulated.fault()
    assert sdk.prices.list().data == []


def test_what_it_does_not_know_it_says(simulated: SimulatedStripe) -> None:
    headers = {"Authorization": f"Bearer {simulated.key}"}
    reply = httpx.get(f"{simulated.url}/v1/tax_rates", headers=headers)
    assert (reply.status_code, "knows a part" in reply.json()["error"]["message"]) == (400, True)


def test_state_outlives_the_process_and_is_shared(tmp_path: Path) -> None:
    with SimulatedStripe(tmp_path) as first, SimulatedStripe(tmp_path) as second:
        made = first.subscribe(first.customer("a user")["id"], first.price("price_pro")["id"])
        first.advance(months=1, hours=2)
        assert second.get(made["id"])["latest_invoice"] != made["latest_invoice"]

        def buy(stripe: SimulatedStripe) -> str:
            return str(stripe.subscribe(stripe.customer("another")["id"], "price_pro")["id"])

        with ThreadPoolExecutor(8) as threads:
            bought = [*threads.map(buy, [first, second] * 10)]
    with SimulatedStripe(tmp_path) as third:
        assert {each["id"] for each in third.all("subscription")} == {made["id"], *bought}
        assert len(third.all("charge")) == 22


def test_it_forgets_old_events(simulated: SimulatedStripe, monkeypatch: pytest.MonkeyPatch) -> None:
    from billing.simulated import store

    monkeypatch.setitem(store.MOST, "event", 50)
    monkeypatch.setattr(store, "MOST_THINGS", 200)
    for _ in range(100):
        simulated.customer("a user", card="")
    assert len(simulated.all("event")) <= 150
    with pytest.raises(store.Full):
        for _ in range(200):
            simulated.customer("a user", card="")


def test_an_order_outlives_a_clock_that_is_ahead(
    simulated: SimulatedStripe, sdk: Any, price: str, customer: str
) -> None:
    """Whoever asks does not know of the test clock."""
    import time

    simulated.advance(years=1)
    session = order(sdk, customer, expires_at=int(time.time()) + 3_600)
    simulated.pay(session.id)
    assert sdk.checkout.sessions.retrieve(session.id).status == "complete"
