"""Amounts: Stripe counts in a currency's smallest unit, which is not a hundredth everywhere."""

from decimal import Decimal

from djstripe.settings import djstripe_settings

WITHOUT_DECIMALS = frozenset(djstripe_settings.ZERO_DECIMAL_CURRENCIES)
WITH_THREE = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def amount_of(units: int, currency: str) -> Decimal:
    """4900 of usd is 49.00, of jpy 4900."""
    return Decimal(units).scaleb(-_decimals(currency))


def units_of(amount: Decimal, currency: str) -> int:
    """The other way round."""
    return int(amount.scaleb(_decimals(currency)))


def shown(amount: Decimal, currency: str) -> str:
    """For people: $49, $49.50, ¥4,900, 49 CHF."""
    places = 0 if amount == amount.to_integral_value() else _decimals(currency)
    number = f"{abs(amount):,.{places}f}"
    sign = "-" if amount < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"


def _decimals(currency: str) -> int:
    if currency in WITHOUT_DECIMALS:
        return 0
    return 3 if currency in WITH_THREE else 2
