"""What a call costs, from the vendors' list prices."""

import re
from decimal import ROUND_HALF_UP, Decimal

PRICE_VERSION = "2026-11"
LOCAL, UNPRICED = "local", "unpriced"

# USD per million tokens in and out, standard tier, without discounts for cached input.
_PRICES = {
    "gpt-6.1-sol": ("2", "10"),
    "gpt-5.5": ("5", "30"),
    "gpt-5.4": ("2.50", "15"),
    "gpt-5.4-mini": ("0.75", "4.50"),
    "gpt-5.2": ("1.75", "14"),
    "gpt-5.1": ("1.25", "10"),
    "gpt-5": ("1.25", "10"),
    "gpt-5-mini": ("0.25", "2"),
    "gpt-5-nano": ("0.05", "0.40"),
    "gpt-4.1": ("2", "8"),
    "gpt-4.1-mini": ("0.40", "1.60"),
    "gpt-4.1-nano": ("0.10", "0.40"),
    "gpt-4o": ("2.50", "10"),
    "gpt-4o-mini": ("0.15", "0.60"),
    "o3": ("2", "8"),
    "o4-mini": ("1.10", "4.40"),
    "claude-fable-5": ("10", "50"),
    "claude-fable-5-1": ("10", "50"),
    "claude-opus-5-5": ("4", "20"),
    "claude-opus-5": ("5", "25"),
    "claude-opus-4-8": ("5", "25"),
    "claude-opus-4-7": ("5", "25"),
    "claude-opus-4-6": ("5", "25"),
    "claude-opus-4-5": ("5", "25"),
    "claude-sonnet-5-5": ("2", "10"),
    "claude-sonnet-5": ("2", "10"),
    "claude-sonnet-4-6": ("3", "15"),
    "claude-sonnet-4-5": ("3", "15"),
    "claude-haiku-4-5": ("1", "5"),
    "gemini-3.6-flash": ("1.50", "7.50"),
    "gemini-3.5-flash": ("1.50", "9"),
    "gemini-3-flash": ("0.50", "3"),
    "gemini-3-pro": ("2", "12"),
    "gemini-2.5-pro": ("1.25", "10"),
    "gemini-2.5-flash": ("0.30", "2.50"),
    "gemini-2.5-flash-lite": ("0.10", "0.40"),
}
PRICES = {model: (Decimal(read), Decimal(written)) for model, (read, written) in _PRICES.items()}

# A snapshot costs what its model costs; any other ending is another model (gpt-5-mini is not gpt-5).
_SNAPSHOT = re.compile(r"-(20\d\d-?\d\d-?\d\d|latest|preview(-\d\d-(20)?\d\d)?)$")
_MICRODOLLAR = Decimal("0.000001")


def price(provider: str, model: str, *, input_tokens: int, output_tokens: int) -> tuple[Decimal, str]:
    """USD to the micro-dollar, and the version of the prices used.

    The demo model costs nothing (`local`). A model that the table does not know counts as 0 under
    `unpriced`: sums over calls are then a lower bound, and the marked rows say where.
    """
    if provider == "local":
        return Decimal(0), LOCAL
    known = PRICES.get(model) or PRICES.get(_SNAPSHOT.sub("", model))
    if known is None:
        return Decimal(0), UNPRICED
    read, written = known
    cost = (read * input_tokens + written * output_tokens) / 1_000_000
    return cost.quantize(_MICRODOLLAR, rounding=ROUND_HALF_UP), PRICE_VERSION


def is_priced(provider: str, model: str) -> bool:
    """Whether a limit in dollars can be kept: the price is known, or there is none."""
    return price(provider, model, input_tokens=0, output_tokens=0)[1] != UNPRICED
