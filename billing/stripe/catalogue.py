"""What is for sale: for each plan and interval one price at Stripe, of the amount that `tier_limits` says.

The prices are those of the settings STRIPE_PRICE_ID_*, else those that `setup_stripe` has made, which are
found by their lookup keys. All are read from dj-stripe's tables, so nothing here asks Stripe.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, QuerySet
from djstripe.models import Price

from billing.models import CheckoutOrder, TierLimit
from billing.stripe.money import amount_of, shown, units_of
from blogai.core.errors import Conflict, ValidationFailed

PLANS = ("starter", "pro", "business")
"""Those that are sold, from the smallest."""
INTERVALS = tuple(CheckoutOrder.Interval.values)
CURRENCY = "usd"
"""That of the prices in `tier_limits`."""
TIER = "blogai_tier"
"""The key in a product's metadata with its plan. Only the owner of the account at Stripe can write it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One plan for one interval."""

    tier: str
    interval: str
    price_id: str
    amount: Decimal
    currency: str

    @property
    def name(self) -> str:
        """As in the settings' STRIPE_PRICE_IDS."""
        return setting(self.tier, self.interval)

    @property
    def price(self) -> str:
        """For people."""
        return shown(self.amount, self.currency)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What would be sold as a plan for an interval, and why it is not."""

    offer: Offer | None
    fault: str


def for_sale() -> list[Offer]:
    """From the smallest plan, the monthly price before the yearly one. Two queries."""
    return [each.offer for each in _candidates() if each.offer and not each.fault]


def offer_for(tier: str, interval: str) -> Offer:
    """Raises ValidationFailed for what is no plan or interval, and Conflict for what is not sold today."""
    offers = for_sale()
    for offer in offers:
        if (offer.tier, offer.interval) == (tier, interval):
            return offer
    if interval not in INTERVALS:
        raise ValidationFailed(errors={"interval": [f"Choose {' or '.join(INTERVALS)}."]})
    tiers = ", ".join(dict.fromkeys(offer.tier for offer in offers if offer.interval == interval))
    sentence = f"You can’t buy this plan by the {interval}. "
    sentence += f"For sale: {tiers}." if tiers else "You can’t buy a plan here yet."
    if tier not in PLANS:
        raise ValidationFailed(sentence, errors={"tier": [sentence]})
    raise Conflict(sentence)


def warnings() -> list[str]:
    """Why a plan that has a price is not sold: a sentence each, for operators."""
    return [each.fault for each in _candidates() if each.fault]


def tier_of(price_id: str) -> str:
    """The plan that the price is for; empty if it is for none of ours.

    An older price of a plan's product counts too: whoever pays it keeps the plan.
    """
    configured = {
        price: name.removesuffix("_yearly") for name, price in settings.STRIPE_PRICE_IDS.items() if price
    }
    if price_id in configured:
        return configured[price_id]
    price = _prices().filter(id=price_id).first()
    if price is None:
        return ""
    marked = _marked(price)
    if marked is not None:
        return marked if marked in PLANS else ""
    siblings = _prices().filter(product_id=price.product_id, id__in=configured)
    tiers = {configured[each.id] for each in siblings}
    return tiers.pop() if len(tiers) == 1 else ""


def lookup_key(tier: str, interval: str) -> str:
    return f"blogai_{tier}_{interval}"


def configured_price(tier: str, interval: str) -> str:
    """The id in the settings, or nothing."""
    return str(settings.STRIPE_PRICE_IDS[setting(tier, interval)])


def setting(tier: str, interval: str) -> str:
    """The key of STRIPE_PRICE_IDS."""
    return tier if interval == "month" else f"{tier}_yearly"


def variable(tier: str, interval: str) -> str:
    """The name of the environment variable with that id."""
    return f"STRIPE_PRICE_ID_{setting(tier, interval).upper()}"


def wanted_amount(limit: TierLimit, interval: str) -> Decimal:
    return limit.price_monthly_usd if interval == "month" else limit.price_yearly_usd


def _candidates() -> Iterator[_Candidate]:
    limits = TierLimit.objects.in_bulk(PLANS)
    slots = [(tier, interval) for tier in PLANS if tier in limits for interval in INTERVALS]
    ids = {configured_price(*slot) for slot in slots} - {""}
    keys = {lookup_key(*slot) for slot in slots}
    prices = list(_prices().filter(Q(id__in=ids) | Q(lookup_key__in=keys)))
    for tier, interval in slots:
        if configured := configured_price(tier, interval):
            found = next((price for price in prices if price.id == configured), None)
        else:
            found = _by_key(prices, lookup_key(tier, interval))
        if found is not None:
            fault = _fault(found, limits[tier], interval)
            yield _Candidate(_offer(found, tier, interval), fault)
        elif configured:
            yield _Candidate(None, _unknown(tier, interval, configured))


def _prices() -> QuerySet[Price]:
    """Of the mode of our key: live and test prices never mix."""
    prices: QuerySet[Price] = Price.objects.filter(livemode=settings.STRIPE_LIVE_MODE)
    return prices.select_related("product")


def _by_key(prices: list[Price], key: str) -> Price | None:
    """A key moves from an older price to its successor."""
    return max(
        (price for price in prices if price.lookup_key == key),
        key=lambda price: (price.active, price.created),
        default=None,
    )


def _offer(price: Price, tier: str, interval: str) -> Offer:
    amount = amount_of(price.unit_amount or 0, price.currency)
    return Offer(tier, interval, price.id, amount, price.currency)


def _fault(price: Price, limit: TierLimit, interval: str) -> str:
    """Why the price must not be sold as this plan; empty if nothing is wrong."""
    name = f"{price.id} isn't for sale as {limit.tier} by the {interval}: "
    wanted, recurring = wanted_amount(limit, interval), price.recurring or {}
    marked = _marked(price)
    if price.unit_amount is None or price.billing_scheme != "per_unit" or price.transform_quantity:
        return name + "it isn't a fixed amount."
    if wanted <= 0:
        return name + "the plan has no price in tier_limits."
    if price.currency != CURRENCY or price.unit_amount != units_of(wanted, price.currency):
        is_now = shown(amount_of(price.unit_amount, price.currency), price.currency)
        return name + f"it costs {is_now}, and the plan {shown(wanted, CURRENCY)}."
    if (recurring.get("interval"), recurring.get("interval_count", 1)) != (interval, 1):
        return name + f"it isn't billed once a {interval}."
    if recurring.get("usage_type", "licensed") != "licensed":
        return name + "it's billed by usage."
    if marked is None and not configured_price(limit.tier, interval):
        return name + f"its product has no {TIER} in its metadata."
    if marked is not None and marked != limit.tier:
        return name + f"its product belongs to {marked or 'no plan'}."
    if not (price.active and price.product.active):
        return name + "it is archived."
    return ""


def _marked(price: Price) -> str | None:
    """The plan that the product is marked with; None if it has no such mark."""
    return (price.product.metadata or {}).get(TIER)


def _unknown(tier: str, interval: str, price_id: str) -> str:
    mode = "live" if settings.STRIPE_LIVE_MODE else "test"
    return (
        f"{tier} isn't for sale by the {interval}: {variable(tier, interval)} names {price_id}, "
        f"which Stripe doesn't have in {mode} mode. Run `manage.py setup_stripe` to look again."
    )
