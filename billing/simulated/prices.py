"""Prices: an amount, a currency, and how often it is due. Only its names and `active` ever change."""

from decimal import Decimal

from billing.simulated import products
from billing.simulated.errors import InvalidRequest
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.store import Thing
from billing.simulated.world import World, metadata

FIELDS = "active lookup_key metadata nickname tax_behavior transfer_lookup_key"
CREATED = f"{FIELDS} currency product product_data recurring unit_amount unit_amount_decimal billing_scheme"
LISTED = "active lookup_keys currency product type recurring created"


def create(world: World, params: Params) -> Thing:
    fields: Thing = {
        **{"active": params.get("active", True), "billing_scheme": "per_unit", "custom_unit_amount": None},
        **{"currency": _currency(params["currency"]), "lookup_key": _lookup_key(world, params)},
        **{"metadata": metadata({}, params.get("metadata")), "nickname": params.get("nickname")},
        **{"product": _product(world, params), "recurring": _recurring(params.get("recurring"))},
        **{"tax_behavior": params.get("tax_behavior", "unspecified"), "tiers_mode": None},
        **{"transform_quantity": None, "type": "recurring" if "recurring" in params else "one_time"},
        **_amount(params),
    }
    return world.create("price", fields, "price.created")


def retrieve(world: World, params: Params, price_id: str) -> Thing:
    return world.get("price", price_id)


def update(world: World, params: Params, price_id: str) -> Thing:
    price = world.get("price", price_id)
    given = {name: value for name, value in params.items() if name != "transfer_lookup_key"}
    if "lookup_key" in params:
        given["lookup_key"] = _lookup_key(world, params, price_id) or None
    if "metadata" in params:
        given["metadata"] = metadata(price["metadata"], params["metadata"])
    return world.change(price, "price.updated", **given)


def list_all(world: World, params: Params) -> Thing:
    wanted = params.get("recurring", {}).get("interval")
    prices = [
        price
        for price in world.all("price")
        if all(
            price[name] == params.get(name, price[name]) for name in ("active", "currency", "product", "type")
        )
        and price["lookup_key"] in params.get("lookup_keys", [price["lookup_key"]])
        and (wanted is None or (price["recurring"] or {}).get("interval") == wanted)
    ]
    return page(prices, params, "/v1/prices")


def plan_of(price: Thing) -> Thing:
    """The price in its older form, which items of subscriptions still have."""
    recurring = price["recurring"]
    return {
        **{"id": price["id"], "object": "plan", "active": price["active"], "amount": price["unit_amount"]},
        **{"amount_decimal": price["unit_amount_decimal"], "billing_scheme": "per_unit"},
        **{"created": price["created"], "currency": price["currency"], "livemode": False},
        **{"interval": recurring["interval"], "interval_count": recurring["interval_count"], "meter": None},
        **{"metadata": price["metadata"], "nickname": price["nickname"], "product": price["product"]},
        **{"tiers_mode": None, "transform_usage": None, "trial_period_days": None, "usage_type": "licensed"},
    }


def _currency(currency: str) -> str:
    if len(currency) == 3 and currency.isascii() and currency.isalpha():
        return currency.lower()
    raise InvalidRequest(f"Invalid currency: {currency}.", param="currency")


def _amount(params: Params) -> Thing:
    amount, decimal = params.get("unit_amount"), params.get("unit_amount_decimal")
    if (amount is None) is (decimal is None):
        raise InvalidRequest(
            "Exactly one of `unit_amount` and `unit_amount_decimal` must be given.", param="unit_amount"
        )
    exact = Decimal(str(amount if decimal is None else decimal))
    if exact < 0:
        raise InvalidRequest("This value must be greater than or equal to 0.", param="unit_amount")
    return {"unit_amount": int(exact) if exact == int(exact) else None, "unit_amount_decimal": f"{exact:f}"}


def _recurring(given: Params | None) -> Thing | None:
    if given is None:
        return None
    if given.get("usage_type", "licensed") != "licensed":
        raise InvalidRequest("The simulated Stripe has no metered prices.", param="recurring[usage_type]")
    return {
        **{"interval": given["interval"], "interval_count": given.get("interval_count", 1), "meter": None},
        **{"trial_period_days": None, "usage_type": "licensed"},
    }


def _product(world: World, params: Params) -> str:
    if "product_data" in params:
        return str(products.create(world, params["product_data"])["id"])
    if "product" not in params:
        raise InvalidRequest("Missing required param: product.", code="parameter_missing", param="product")
    return str(world.get("product", params["product"], "product")["id"])


def _lookup_key(world: World, params: Params, price_id: str = "") -> str | None:
    """Free, or taken from the price that has it. Each is of one price."""
    key = params.get("lookup_key")
    for price in world.all("price") if key else []:
        if price["lookup_key"] == key and price["id"] != price_id:
            if not params.get("transfer_lookup_key"):
                raise InvalidRequest(
                    f"A price (`{price['id']}`) already uses that lookup key.", param="lookup_key"
                )
            world.change(price, "price.updated", lookup_key=None)
    return key
