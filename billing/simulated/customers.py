"""Customers, and the cards that they have attached."""

import secrets

from billing.simulated.cards import CARDS, TEST_METHODS
from billing.simulated.errors import InvalidRequest, Missing
from billing.simulated.lists import page
from billing.simulated.params import Params
from billing.simulated.store import Thing
from billing.simulated.world import World, metadata

FIELDS = (
    "email name phone description metadata address shipping preferred_locales tax_exempt balance "
    "invoice_settings"
)
EMPTY_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def create(world: World, params: Params) -> Thing:
    given = _given(world, {"metadata": {}, "invoice_settings": {}}, params)
    fields = {
        **{"address": None, "balance": 0, "currency": None, "default_source": None, "delinquent": False},
        **{"description": None, "discount": None, "email": None, "name": None, "phone": None},
        **{"invoice_prefix": secrets.token_hex(4).upper(), "next_invoice_sequence": 1, "shipping": None},
        **{"preferred_locales": [], "tax_exempt": "none", "test_clock": None, **given},
        "metadata": given.get("metadata", {}),
        "invoice_settings": _invoice_settings(given.get("invoice_settings", {})),
        "_fail_next": False,
    }
    return world.create("customer", fields, "customer.created")


def retrieve(world: World, params: Params, customer_id: str) -> Thing:
    return _known(world, customer_id)


def update(world: World, params: Params, customer_id: str) -> Thing:
    customer = existing(world, customer_id, "id")
    return world.change(customer, "customer.updated", **_given(world, customer, params))


def list_all(world: World, params: Params) -> Thing:
    email = params.get("email")
    customers = [each for each in world.all("customer") if not each.get("deleted")]
    found = [each for each in customers if email is None or each["email"] == email]
    return page(found, params, "/v1/customers")


def mark_deleted(world: World, customer: Thing) -> Thing:
    """What is left of the customer. Their subscriptions are the caller's to end."""
    world.emit("customer.deleted", customer)
    gone = {"id": customer["id"], "object": "customer", "deleted": True}
    customer.clear()
    world.change(customer, **gone, created=world.now)
    return gone


def existing(world: World, customer_id: str, param: str = "customer") -> Thing:
    """A customer who was not deleted. Raises Missing."""
    customer = world.get("customer", customer_id, param)
    if customer.get("deleted"):
        raise Missing("customer", customer_id, param)
    return customer


def _known(world: World, customer_id: str) -> Thing:
    customer = world.get("customer", customer_id)
    return (
        {name: customer[name] for name in ("id", "object", "deleted")} if "deleted" in customer else customer
    )


def _given(world: World, before: Thing, params: Params) -> Thing:
    given = {name: None if value == "" else value for name, value in params.items()}
    if "metadata" in params:
        given["metadata"] = metadata(before["metadata"], params["metadata"])
    if params.get("address"):
        given["address"] = EMPTY_ADDRESS | params["address"]
    if "invoice_settings" in params:
        method = params["invoice_settings"].get("default_payment_method")
        if method and method_of(world, method, "invoice_settings[default_payment_method]")[
            "customer"
        ] != before.get("id"):
            raise InvalidRequest(
                "The customer does not have a payment method with the ID "
                f"{method}. The payment method must be attached to the customer.",
                code="resource_missing",
                param="invoice_settings[default_payment_method]",
            )
        given["invoice_settings"] = before["invoice_settings"] | params["invoice_settings"]
    return given


def _invoice_settings(given: Thing) -> Thing:
    empty = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}
    return empty | given


# Cards -----------------------------------------------------------------------------------------------


def method_of(world: World, method_id: str, param: str = "id") -> Thing:
    return world.get("payment_method", method_id, param)


def attach_card(world: World, customer: Thing, number: str, *, default: bool = True) -> Thing:
    """A payment method with the card; by default it is the one that invoices are paid with."""
    card = CARDS.get(number.replace(" ", ""))
    if card is None:
        raise InvalidRequest("Your card number is incorrect.", code="incorrect_number", param="number")
    fields = {
        **{"allow_redisplay": "always", "customer": customer["id"], "metadata": {}, "type": "card"},
        "billing_details": {
            **{"address": customer["address"] or EMPTY_ADDRESS, "email": customer["email"]},
            **{"name": customer["name"], "phone": None, "tax_id": None},
        },
        "card": {
            **{"brand": card.brand, "country": "US", "display_brand": card.brand, "exp_month": 12},
            **{"exp_year": 2034, "fingerprint": f"simulated{card.last4}", "funding": "credit"},
            **{
                "generated_from": None,
                "last4": card.last4,
                "regulated_status": "unregulated",
                "wallet": None,
            },
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "networks": {"available": [card.brand], "preferred": None},
            "three_d_secure_usage": {"supported": True},
        },
        **{"_number": card.number, "_approved": False, "_charged": False},
    }
    method = world.create("payment_method", fields, "payment_method.attached")
    if default:
        settings = customer["invoice_settings"] | {"default_payment_method": method["id"]}
        world.change(customer, "customer.updated", invoice_settings=settings)
    return method


def attach(world: World, params: Params, method_id: str) -> Thing:
    """Of the names of Stripe's test cards, such as pm_card_visa."""
    if method_id not in TEST_METHODS:
        raise Missing("payment_method", method_id)
    customer = existing(world, params["customer"])
    return attach_card(world, customer, TEST_METHODS[method_id], default=False)


def retrieve_method(world: World, params: Params, method_id: str) -> Thing:
    return method_of(world, method_id)


def list_methods(world: World, params: Params, customer_id: str) -> Thing:
    existing(world, customer_id, "id")
    return page(
        world.all("payment_method", customer_id), params, f"/v1/customers/{customer_id}/payment_methods"
    )


def default_method(world: World, customer: Thing, subscription: Thing | None = None) -> Thing | None:
    """What an invoice is paid with."""
    method_id = subscription and subscription["default_payment_method"]
    method_id = method_id or customer["invoice_settings"]["default_payment_method"]
    return world.find(method_id) if method_id else None
