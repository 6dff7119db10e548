"""Stripe's objects in dj-stripe's tables, written without a call to Stripe and without our key.

dj-stripe files each object under the account that the API key belongs to. To find that account it writes the
secret key into its own table, in plain text. We have one account: it is the row that was stored, and no key
is. It also fetches what an object refers to, in the middle of our transaction. So what is referred to must be
stored first, and what we have no use for (features of a product, an account's logo, a customer's card and
address) is left out.
"""

import json
from typing import Any

import stripe
from django.conf import settings
from django.db import transaction
from django.db.models import F
from djstripe.models import Account, Customer, Price, Product, Subscription
from djstripe.models.base import StripeModel

from accounts.models import User

ACCOUNT = ("id", "object", "created")
PERSONAL = ("address", "default_source", "phone", "shipping", "sources", "tax_ids")


def keep_to_ourselves() -> None:
    """Let every object of dj-stripe belong to our account, whatever key fetched it, and fetch no features."""
    StripeModel._find_owner_account = classmethod(_our_account)
    Product._sync_product_features = _without_features


def knows_our_account() -> bool:
    return bool(Account.objects.exists())


def unknown_products(product_ids: set[str]) -> set[str]:
    """Those of the products that are not stored yet."""
    return product_ids - set(Product.objects.filter(id__in=product_ids).values_list("id", flat=True))


def products_of(price_ids: list[str]) -> dict[str, list[str]]:
    """The prices by their products."""
    products: dict[str, list[str]] = {}
    for price in Price.objects.filter(id__in=price_ids).order_by("id"):
        products.setdefault(price.product_id, []).append(price.id)
    return products


def customers_of(user_id: object) -> list[str]:
    """The ids of the user's customers at Stripe: one, unless two were made at the same time."""
    mine = Customer.objects.filter(subscriber_id=user_id, livemode=settings.STRIPE_LIVE_MODE)
    return list(mine.exclude(stripe_data__deleted=True).order_by("id").values_list("id", flat=True))


def paying_customer_of(user_id: object) -> str:
    """The user's customer with the subscription that counts, else any; empty if there is none."""
    customers = customers_of(user_id)
    paying = Customer.objects.filter(
        id__in=customers, subscriptions__id=F("subscriber__entitlement__subscription_id")
    )
    return next(iter([*paying.values_list("id", flat=True), *customers]), "")


def all_customers_of(user_id: object) -> list[str]:
    """All of the user's customers, including deleted ones and those of the other mode."""
    return list(Customer.objects.filter(subscriber_id=user_id).values_list("id", flat=True))


def customers_with_subscription() -> list[str]:
    """A customer of each user who ever had a subscription, ended or not."""
    subscribers = Customer.objects.filter(
        subscriber__entitlement__fetched_at__isnull=False, livemode=settings.STRIPE_LIVE_MODE
    )
    known = subscribers.exclude(stripe_data__deleted=True).order_by("subscriber_id", "id")
    return list(known.distinct("subscriber_id").values_list("id", flat=True))


def forget_customer(customer_id: str) -> None:
    """Nobody uses the customer again: Stripe does not know it."""
    for customer in Customer.objects.filter(id=customer_id):
        customer.stripe_data["deleted"] = True
        customer.save(update_fields=["stripe_data"])


def erase_customer(customer_id: str) -> None:
    """Everything that is stored about the customer, their subscriptions among it."""
    Customer.objects.filter(id=customer_id).delete()


def owner_of(customer_id: str) -> Any:
    """The id of the user whose customer it is; None if we do not know it."""
    return Customer.objects.filter(id=customer_id).values_list("subscriber_id", flat=True).first()


@transaction.atomic
def store_account(account: stripe.Account) -> None:
    kept = {name: value for name, value in _plain(account).items() if name in ACCOUNT}
    _store(Account, {**kept, "settings": {}})


@transaction.atomic
def store_customer(customer: stripe.Customer, user: User) -> None:
    """Without card and address. `user` is whose customer it is."""
    kept = {name: value for name, value in _plain(customer).items() if name not in PERSONAL}
    kept["invoice_settings"] = {}
    _store(Customer, kept)
    Customer.objects.filter(id=customer.id).exclude(subscriber=user).update(subscriber=user)


@transaction.atomic
def store_product(product: stripe.Product) -> None:
    _store(Product, _plain(product))


@transaction.atomic
def store_prices(prices: list[stripe.Price]) -> None:
    """Those that are new. Their products are stored already."""
    stored = set(Price.objects.filter(id__in=[p.id for p in prices]).values_list("id", flat=True))
    for price in prices:
        if price.id not in stored:
            stored.add(price.id)
            _store(Price, _plain(price))


@transaction.atomic
def store_catalogue(prices: list[stripe.Price]) -> None:
    """Anew, with their products: they may have been archived, or have lost their lookup key."""
    keys = [price.lookup_key for price in prices if price.lookup_key]
    before = Price.objects.filter(lookup_key__in=keys, livemode=settings.STRIPE_LIVE_MODE)
    before.exclude(id__in=[price.id for price in prices]).update(lookup_key="")
    for price in prices:
        data = _plain(price)
        _store(Product, data["product"])
        _store(Price, data)


def store_subscription(subscription: stripe.Subscription) -> None:
    """In the caller's transaction. Its customer and its prices are stored already."""
    _store(Subscription, _plain(subscription))


def _store(model: type[StripeModel], data: dict[str, Any]) -> None:
    key = settings.STRIPE_SECRET_KEY
    model.sync_from_stripe_data(stripe.convert_to_stripe_object(data, api_key=key), api_key=key)


def _plain(thing: stripe.StripeObject) -> dict[str, Any]:
    """The object as it came: `to_dict` keeps Decimals, which cannot be stored."""
    data: dict[str, Any] = json.loads(str(thing))
    return data


def _our_account(cls: type[StripeModel], data: Any, /, **_: object) -> Account | None:
    """Our account; None until it has been stored, and for an account itself."""
    return None if issubclass(cls, Account) else Account.objects.first()


def _without_features(product: Product, **_: object) -> None:
    """In place of a call to Stripe."""
