"""Months and years of a subscription, and what an amount of money looks like."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta

HOUR, DAY = 3_600, 86_400
NO_DECIMALS = frozenset(
    (
        *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"),
        *("pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"),
    )
)
THREE_DECIMALS = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def after(anchor: int, interval: str, count: int) -> int:
    """The moment `count` intervals after the anchor; on the last day of a month that is too short."""
    start = datetime.fromtimestamp(anchor, UTC)
    if interval in ("day", "week"):
        return int((start + timedelta(days=count * (7 if interval == "week" else 1))).timestamp())
    months = start.year * 12 + start.month - 1 + count * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def end_of_period(anchor: int, interval: str, count: int, moment: int) -> int:
    """When the period that contains the moment ends. Each is counted from the anchor, so none drifts."""
    number = 1
    while (end := after(anchor, interval, number * count)) <= moment:
        number += 1
    return end


def money(amount: int, currency: str) -> str:
    """$49.00, ¥4900, 1.234 BHD: the amount is in the smallest unit of the currency."""
    decimals = 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
    number = f"{abs(amount) / 10**decimals:,.{decimals}f}"
    sign = SIGNS.get(currency)
    return (
        f"{'−' if amount < 0 else ''}{sign}{number}"
        if sign
        else f"{amount / 10**decimals:,.{decimals}f} {currency.upper()}"
    )
