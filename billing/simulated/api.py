"""`/v1`: which function answers which request, who may ask, and what a repeated key gets."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qsl

from billing.simulated import (
    accounts,
    checkout,
    collection,
    customers,
    disputes,
    events,
    invoices,
    payments,
    portal,
    prices,
    products,
    refunds,
    renewals,
    schedules,
    subscriptions,
    webhook_endpoints,
)
from billing.simulated.errors import (
    Broken,
    Busy,
    IdempotencyReused,
    InvalidRequest,
    Kept,
    StripeError,
    Unauthorized,
)
from billing.simulated.expand import expanded
from billing.simulated.lists import PAGING
from billing.simulated.params import Params, read
from billing.simulated.store import Full, Store, Thing
from billing.simulated.world import API_VERSION, World, public

type Answer = Callable[..., Thing]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    answer: Answer
    params: str
    """The SDK's type of the parameters."""
    accepted: str = ""


def _get(path: str, answer: Answer, params: str, accepted: str = "") -> Route:
    return Route("GET", path, answer, params, accepted)


def _list(path: str, answer: Answer, params: str, accepted: str = "") -> Route:
    return Route("GET", path, answer, params, f"{PAGING} {accepted}")


def _post(path: str, answer: Answer, params: str, accepted: str = "") -> Route:
    return Route("POST", path, answer, params, accepted)


def _delete(path: str, answer: Answer, params: str, accepted: str = "") -> Route:
    return Route("DELETE", path, answer, params, accepted)


def delete_customer(world: World, params: Params, customer_id: str) -> Thing:
    """Their subscriptions end with them."""
    customer = customers.existing(world, customer_id, "id")
    subscriptions.cancel_all(world, customer_id)
    return customers.mark_deleted(world, customer)


ROUTES = (
    _get("account", accounts.retrieve, "AccountRetrieveParams"),
    _post("customers", customers.create, "CustomerCreateParams", customers.FIELDS),
    _list("customers", customers.list_all, "CustomerListParams", "email created"),
    _get("customers/*", customers.retrieve, "CustomerRetrieveParams"),
    _post("customers/*", customers.update, "CustomerUpdateParams", customers.FIELDS),
    _delete("customers/*", delete_customer, "CustomerDeleteParams"),
    _list("customers/*/payment_methods", customers.list_methods, "CustomerListPaymentMethodsParams", "type"),
    _get("payment_methods/*", customers.retrieve_method, "PaymentMethodRetrieveParams"),
    _post("payment_methods/*/attach", customers.attach, "PaymentMethodAttachParams", "customer"),
    _post("products", products.create, "ProductCreateParams", f"{products.FIELDS} id"),
    _list("products", products.list_all, "ProductListParams", products.LISTED),
    _get("products/*", products.retrieve, "ProductRetrieveParams"),
    _post("products/*", products.update, "ProductUpdateParams", f"{products.FIELDS} default_price"),
    _delete("products/*", products.delete, "ProductDeleteParams"),
    _post("prices", prices.create, "PriceCreateParams", prices.CREATED),
    _list("prices", prices.list_all, "PriceListParams", prices.LISTED),
    _get("prices/*", prices.retrieve, "PriceRetrieveParams"),
    _post("prices/*", prices.update, "PriceUpdateParams", prices.FIELDS),
    _post(
        "webhook_endpoints",
        webhook_endpoints.create,
        "WebhookEndpointCreateParams",
        webhook_endpoints.CREATED,
    ),
    _list("webhook_endpoints", webhook_endpoints.list_all, "WebhookEndpointListParams"),
    _get("webhook_endpoints/*", webhook_endpoints.retrieve, "WebhookEndpointRetrieveParams"),
    _post(
        "webhook_endpoints/*",
        webhook_endpoints.update,
        "WebhookEndpointUpdateParams",
        webhook_endpoints.UPDATED,
    ),
    _delete("webhook_endpoints/*", webhook_endpoints.delete, "WebhookEndpointDeleteParams"),
    _post("checkout/sessions", checkout.create, "checkout.SessionCreateParams", checkout.CREATED),
    _list("checkout/sessions", checkout.list_all, "checkout.SessionListParams", checkout.LISTED),
    _get("checkout/sessions/*", checkout.retrieve, "checkout.SessionRetrieveParams"),
    _get(
        "checkout/sessions/*/line_items", checkout.line_items, "checkout.SessionListLineItemsParams", PAGING
    ),
    _post("checkout/sessions/*/expire", checkout.expire, "checkout.SessionExpireParams"),
    _post("subscriptions", subscriptions.create, "SubscriptionCreateParams", subscriptions.CREATED),
    _list("subscriptions", subscriptions.list_all, "SubscriptionListParams", subscriptions.LISTED),
    _get("subscriptions/*", subscriptions.retrieve, "SubscriptionRetrieveParams"),
    _post("subscriptions/*", subscriptions.update, "SubscriptionUpdateParams", subscriptions.UPDATED),
    _delete("subscriptions/*", subscriptions.cancel, "SubscriptionCancelParams", subscriptions.CANCELED),
    _post("subscriptions/*/resume", subscriptions.resume, "SubscriptionResumeParams"),
    _list("subscription_schedules", schedules.list_all, "SubscriptionScheduleListParams", schedules.LISTED),
    _get("subscription_schedules/*", schedules.retrieve, "SubscriptionScheduleRetrieveParams"),
    _post("subscription_schedules/*/release", schedules.release, "SubscriptionScheduleReleaseParams"),
    _list("invoices", invoices.list_all, "InvoiceListParams", invoices.LISTED),
    _get("invoices/*", invoices.retrieve, "InvoiceRetrieveParams"),
    _post("invoices/*/pay", collection.pay_on_request, "InvoicePayParams", collection.PAY),
    _post("invoices/*/void", invoices.void_on_request, "InvoiceVoidInvoiceParams"),
    _list("invoice_payments", invoices.list_payments, "InvoicePaymentListParams", "invoice status created"),
    _get("payment_intents/*", payments.retrieve_intent, "PaymentIntentRetrieveParams"),
    _list("charges", payments.list_charges, "ChargeListParams", "customer payment_intent created"),
    _get("charges/*", payments.retrieve_charge, "ChargeRetrieveParams"),
    _post("refunds", refunds.create, "RefundCreateParams", refunds.CREATED),
    _list("refunds", refunds.list_all, "RefundListParams", refunds.LISTED),
    _get("refunds/*", refunds.retrieve, "RefundRetrieveParams"),
    _list("disputes", disputes.list_all, "DisputeListParams", disputes.LISTED),
    _get("disputes/*", disputes.retrieve, "DisputeRetrieveParams"),
    _post(
        *("billing_portal/configurations", portal.configure),
        *("billing_portal.ConfigurationCreateParams", portal.CONFIGURED),
    ),
    _list(
        *("billing_portal/configurations", portal.list_configurations),
        *("billing_portal.ConfigurationListParams", portal.LISTED),
    ),
    _get(
        *("billing_portal/configurations/*", portal.retrieve_configuration),
        "billing_portal.ConfigurationRetrieveParams",
    ),
    _post(
        *("billing_portal/configurations/*", portal.reconfigure),
        *("billing_portal.ConfigurationUpdateParams", portal.RECONFIGURED),
    ),
    _post(
        "billing_portal/sessions", portal.open_session, "billing_portal.SessionCreateParams", portal.SESSION
    ),
    _list("events", events.list_all, "EventListParams", events.LISTED),
    _get("events/*", events.retrieve, "EventRetrieveParams"),
)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    """Without the query."""
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """By name in small letters."""
    body: bytes = b""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters as they came."""
        body = self.body.decode(errors="replace")
        return [*parse_qsl(self.query, keep_blank_values=True), *parse_qsl(body, keep_blank_values=True)]

    @property
    def form(self) -> dict[str, str]:
        return dict(self.pairs)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


def respond(store: Store, origin: str, key: str, request: Request) -> Reply:
    """The reply to a request to `/v1`."""
    request_id = f"req_{secrets.token_hex(7)}"
    replayed = False
    try:
        _require_key(request, key)
        _break_as_told(store, key)
        renewals.catch_up(store, origin)
        status, body, replayed = _answer_once(store, origin, request, request_id)
    except StripeError as error:
        status, body = error.status, json.dumps(error.body())
    except Full as error:
        status, body = 507, json.dumps({"error": {"type": "api_error", "message": str(error)}})
    headers = {"Content-Type": "application/json", "Request-Id": request_id, "Stripe-Version": API_VERSION}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Reply(status, body.encode(), headers)


def _require_key(request: Request, key: str) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if not given or scheme.lower() != "bearer":
        raise Unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if not secrets.compare_digest(given.encode(), key.encode()):
        raise Unauthorized(f"Invalid API Key provided: {given[:8]}{'*' * 12}{given[-4:]}")
    version = request.headers.get("stripe-version", API_VERSION)
    if version != API_VERSION:
        raise InvalidRequest(f"The simulated Stripe speaks version {API_VERSION} only, not {version}.")


def _break_as_told(store: Store, key: str) -> None:
    match store.setting("fault", ""):
        case "down":
            raise Broken("The simulated Stripe is down, as it was told to be.")
        case "refused":  # with the whole key, as a reply may have it that comes from elsewhere on the way
            raise Unauthorized(f"Invalid API Key provided: {key}")
        case "busy":
            raise Busy("Request rate limit exceeded.", code="rate_limit")


def _answer_once(store: Store, origin: str, request: Request, request_id: str) -> tuple[int, str, bool]:
    """Status, body, and whether it was an earlier reply to the same idempotency key."""
    key = request.headers.get("idempotency-key") if request.method == "POST" else None
    fingerprint = sha256(f"{request.path}\n{sorted(request.pairs)}".encode()).hexdigest()
    with store.transaction():
        world = World.at_present(store, origin)
        world.request, world.idempotency_key = request_id, key
        if key and (earlier := _earlier_reply(store, world.now, key, fingerprint)):
            return *earlier, True
        try:
            status, body = 200, json.dumps(answer(world, request))
        except Kept as kept:
            status, body = kept.error.status, json.dumps(kept.error.body())
        if key:
            sql = "INSERT OR REPLACE INTO replies (key, request, status, body, at) VALUES (?, ?, ?, ?, ?)"
            store.execute(sql, key, fingerprint, status, body, world.now)
    return status, body, False


def answer(world: World, request: Request) -> Thing:
    """Raises StripeError."""
    for route in ROUTES:
        ids = _fits(route, request)
        if ids is not None:
            params = read(request.pairs, route.params, route.accepted)
            return expanded(world, public(route.answer(world, params, *ids)), _to_expand(params))
    raise InvalidRequest(
        f"Unrecognized request URL ({request.method}: {request.path}). The simulated Stripe knows a part of "
        "the API."
    )


def _fits(route: Route, request: Request) -> list[str] | None:
    """The ids in the path, if it is the route's."""
    pattern, parts = route.path.split("/"), request.path.removeprefix("/v1/").split("/")
    if route.method != request.method or len(pattern) != len(parts):
        return None
    if any(name not in ("*", part) for name, part in zip(pattern, parts, strict=True)):
        return None
    return [part for name, part in zip(pattern, parts, strict=True) if name == "*"]


def _to_expand(params: Params) -> list[str]:
    return [path for path in params.get("expand", []) if path != "line_items"]


def _earlier_reply(store: Store, now: int, key: str, fingerprint: str) -> tuple[int, str] | None:
    """Of the last 24 hours. Raises IdempotencyReused if the key was for another request."""
    sql = "SELECT request, status, body FROM replies WHERE key = ? AND at > ?"
    (row,) = store.select(sql, key, now - 86_400) or [None]
    if row and row[0] != fingerprint:
        raise IdempotencyReused(
            "Keys for idempotent requests can only be used with the same parameters they were first used "
            f"with. Try using a key other than '{key}' if you meant to execute a different request."
        )
    return (row[1], row[2]) if row else None
