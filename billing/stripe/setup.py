"""Creates at Stripe what selling plans needs: products, prices, the webhook endpoint, the customer portal.

What exists is found again, by marks in its metadata, lookup keys and addresses, so nothing is made twice.
"""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import stripe
from asgiref.sync import async_to_sync
from django.conf import settings
from django.urls import reverse

from billing.models import TierLimit
from billing.stripe import catalogue, mirror, prices
from billing.stripe.catalogue import CURRENCY, INTERVALS, PLANS, TIER, configured_price, lookup_key
from billing.stripe.client import Client, Params, asking, metadata_of, without_what_it_said
from billing.stripe.events import HANDLED
from billing.stripe.money import shown, units_of
from billing.stripe.portal import MARK
from blogai.core.client_address import LOOPBACK_HOSTS
from blogai.core.db import in_database

VERSION = "blogai_version"
"""The key in the metadata of the portal's configuration with a digest of what it should be."""


def set_up() -> None:
    """Put the plans up for sale, without a word. Raises StripeFailed."""
    async_to_sync(SetUp(say=lambda line: None).run)()


@dataclass(slots=True)
class SetUp:
    """One run. It prints a line for each thing it creates or would create, finds or misses."""

    say: Callable[[str], None]
    dry_run: bool = False
    changes: int = 0
    secret: str = ""
    """Of a webhook endpoint that this run has made: Stripe tells it only then."""
    products: dict[str, stripe.Product] = field(default_factory=dict)
    """By plan."""

    async def run(self) -> None:
        """Raises StripeFailed. What was made until then stays, and is found by the next run."""
        async with asking() as client:
            await self._account(client)
            await self._configured_prices(client)
            await self._own_prices(client)
            if not self.dry_run:
                await self._mirror(client)
            await self._webhook(client)
            await self._portal(client)
        self.say(f"Changes{' to make' if self.dry_run else ''}: {self.changes or 'none'}.")

    async def _account(self, client: Client) -> None:
        account = await client.account()
        mode = "live" if settings.STRIPE_LIVE_MODE else "test"
        self.say(f"Account {account.id if account else 'unknown to this key'}, {mode} mode.")
        if account and not self.dry_run:
            await in_database(mirror.store_account)(account)

    async def _configured_prices(self, client: Client) -> None:
        """Mark the products of prices that the settings name, so that their older prices are known too."""
        async for product in _all_products(client):
            if tier := metadata_of(product).get(TIER):
                self.products.setdefault(tier, product)
        for tier in PLANS:
            for price_id in {configured_price(tier, interval) for interval in INTERVALS} - {""}:
                price = await client.price(price_id)
                if price and isinstance(price.product, stripe.Product):
                    await self._mark(client, price.product, tier)

    async def _mark(self, client: Client, product: stripe.Product, tier: str) -> None:
        if metadata_of(product).get(TIER):
            return
        if self._does(f"mark {product.id} as the product of {tier}"):
            with without_what_it_said():
                marked = await client.stripe.products.update_async(product.id, {"metadata": {TIER: tier}})
            self.products[tier] = marked

    async def _own_prices(self, client: Client) -> None:
        limits = await in_database(TierLimit.objects.in_bulk)(PLANS)
        wanted = [
            (limits[tier], interval)
            for tier in PLANS
            for interval in INTERVALS
            if tier in limits and not configured_price(tier, interval)
        ]
        found = (
            {
                price.lookup_key: price
                for price in await client.prices(
                    [lookup_key(limit.tier, interval) for limit, interval in wanted]
                )
            }
            if wanted
            else {}
        )
        for limit, interval in wanted:
            await self._price(client, limit, interval, found.get(lookup_key(limit.tier, interval)))

    async def _product(self, client: Client, tier: str) -> stripe.Product | None:
        """That of the plan; None in a dry run without one."""
        name = f"Blog AI {tier.capitalize()}"
        product = self.products.get(tier)
        if product is None and self._does(f"create the product {name}"):
            with without_what_it_said():
                product = await client.stripe.products.create_async({"name": name, "metadata": {TIER: tier}})
        elif product and not product.active and self._does(f"unarchive {product.id}"):
            with without_what_it_said():
                product = await client.stripe.products.update_async(product.id, {"active": True})
        if product:
            self.products[tier] = product
        return product

    async def _price(
        self, client: Client, limit: TierLimit, interval: str, existing: stripe.Price | None
    ) -> None:
        amount = catalogue.wanted_amount(limit, interval)
        name = f"{limit.tier} by the {interval}"
        if amount <= 0:
            self.say(f"{name}: no price in tier_limits, so it isn't for sale.")
            return
        product = await self._product(client, limit.tier)
        if existing and product and _is(existing, product, amount, interval):
            self.say(f"{name}: {shown(amount, CURRENCY)}, {existing.id}")
            return
        if not self._does(f"create the price of {name}: {shown(amount, CURRENCY)}"):
            return
        assert product is not None  # noqa: S101 (only a dry run has none)
        with without_what_it_said():
            price = await client.stripe.prices.create_async(
                {
                    "product": product.id,
                    "currency": CURRENCY,
                    "unit_amount": units_of(amount, CURRENCY),
                    "recurring": {"interval": interval},
                    "lookup_key": lookup_key(limit.tier, interval),
                    "transfer_lookup_key": existing is not None,
                }
            )
            self.say(f"{name}: {shown(amount, CURRENCY)}, {price.id}")
            if existing and existing.active:
                await client.stripe.prices.update_async(existing.id, {"active": False})
                self.say(f"  replaces {existing.id}, now archived; whoever pays it keeps the plan")

    async def _mirror(self, client: Client) -> None:
        for price_id in await prices.fetch(client):
            self.say(f"Stripe doesn't have {price_id}, which the settings name.")
        for warning in await in_database(catalogue.warnings)():
            self.say(f"Warning: {warning}")

    async def _webhook(self, client: Client) -> None:
        url = settings.PUBLIC_URL + reverse("stripe-webhook")
        if not _reachable(url):
            self.say(
                f"Stripe can't reach {url}. Run `stripe listen --forward-to {url}` while you develop, and "
                "put the secret it prints into STRIPE_WEBHOOK_SECRET."
            )
            return
        with without_what_it_said():
            listed = await client.stripe.webhook_endpoints.list_async({"limit": 100})
        endpoint = next((each for each in listed.data if each.url == url), None)
        events: Any = sorted(HANDLED)
        if endpoint is None:
            if self._does(f"create the webhook endpoint {url}"):
                with without_what_it_said():
                    made = await client.stripe.webhook_endpoints.create_async(
                        {"url": url, "enabled_events": events, "api_version": settings.STRIPE_API_VERSION}  # type: ignore[typeddict-item]
                    )
                self.secret = made.secret or ""
            return
        if set(endpoint.enabled_events) - {"*"} != HANDLED or endpoint.status != "enabled":
            if self._does(f"update the events that {endpoint.id} sends"):
                with without_what_it_said():
                    await client.stripe.webhook_endpoints.update_async(
                        endpoint.id, {"enabled_events": events, "disabled": False}
                    )
        else:
            self.say(f"Webhook endpoint: {url}, {endpoint.id}")
        if not settings.STRIPE_WEBHOOK_SECRETS:
            self.say(
                "  STRIPE_WEBHOOK_SECRET isn't set. Stripe's dashboard shows the endpoint's signing "
                "secret (Developers, Webhooks) and can roll it: list the old and the new one, separated "
                "by a comma, meanwhile."
            )

    async def _portal(self, client: Client) -> None:
        wanted = await in_database(_portal_wanted)()
        if wanted is None:
            self.say("The customer portal is set up once there are plans for sale.")
            return
        version = sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:16]
        wanted["metadata"] = {MARK: "portal", VERSION: version}
        listed = await client.portal_configurations()
        existing = next((each for each in listed if MARK in metadata_of(each)), None)
        if existing and metadata_of(existing).get(VERSION) == version:
            self.say(f"Customer portal: {existing.id}")
        elif existing and self._does(f"update the customer portal configuration, {existing.id}"):
            with without_what_it_said():
                await client.stripe.billing_portal.configurations.update_async(existing.id, wanted)
        elif not existing and self._does("create a customer portal configuration"):
            with without_what_it_said():
                await client.stripe.billing_portal.configurations.create_async(wanted)

    def _does(self, what: str) -> bool:
        """Whether to do it; a dry run only says so."""
        self.changes += 1
        self.say(f"Would {what}." if self.dry_run else f"{what[0].upper()}{what[1:]}.")
        return not self.dry_run


def portal_features(products: dict[str, list[str]]) -> dict[str, Any]:
    """A higher plan starts and is charged right away; a lower one starts with the next period."""
    return {
        "customer_update": {"enabled": True, "allowed_updates": ["address", "email", "name", "tax_id"]},
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
        "subscription_update": {
            "enabled": True,
            "default_allowed_updates": ["price", "promotion_code"],
            "proration_behavior": "always_invoice",
            "schedule_at_period_end": {
                "conditions": [{"type": "decreasing_item_amount"}, {"type": "shortening_interval"}]
            },
            "products": [{"product": product, "prices": ids} for product, ids in products.items()],
        },
    }


def _portal_wanted() -> Params:
    products = mirror.products_of([offer.price_id for offer in catalogue.for_sale()])
    if not products:
        return None
    wanted: Params = {
        "default_return_url": settings.PUBLIC_URL + reverse("billing-return"),
        "features": portal_features(products),
    }
    if settings.PUBLIC_URL.startswith("https://"):
        wanted["business_profile"] = {
            "privacy_policy_url": settings.PUBLIC_URL + reverse("privacy"),
            "terms_of_service_url": settings.PUBLIC_URL + reverse("terms"),
        }
    return wanted


async def _all_products(client: Client) -> AsyncIterator[stripe.Product]:
    with without_what_it_said():
        found = await client.stripe.products.list_async({"limit": 100})
        async for product in found.auto_paging_iter():
            yield product


def _is(price: stripe.Price, product: stripe.Product, amount: Any, interval: str) -> bool:
    belongs_to = price.product if isinstance(price.product, str) else price.product.id
    return (
        price.active
        and belongs_to == product.id
        and price.currency == CURRENCY
        and price.unit_amount == units_of(amount, CURRENCY)
        and price.recurring is not None
        and (price.recurring.interval, price.recurring.interval_count) == (interval, 1)
    )


def _reachable(url: str) -> bool:
    """Whether Stripe could send events there: a loopback address is only for one that is on this machine."""
    return not _on_loopback(url) or _on_loopback(settings.STRIPE_API_BASE)


def _on_loopback(url: str) -> bool:
    host = urlsplit(url).hostname
    return host in LOOPBACK_HOSTS or f"[{host}]" in LOOPBACK_HOSTS
