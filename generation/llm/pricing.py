"""Prices and context windows of models: the vendors' list prices, and the operator's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

PRICE_VERSION = "2026-11"
LOCAL, UNPRICED, OWN, SIMULATED = "local", "unpriced", "own", "simulated"


@dataclass(frozen=True, slots=True)
class Listing:
    """US dollars per million tokens in and out, and the context window in tokens if it is known."""

    input: Decimal
    output: Decimal
    context: int | None = None
    version: str = PRICE_VERSION


FREE = Listing(Decimal(0), Decimal(0), version=LOCAL)
_WITHOUT_PRICE = {LOCAL: FREE, SIMULATED: Listing(Decimal(0), Decimal(0), version=SIMULATED)}
"""By provider: the demo model and the sandbox, whose versions are called like them."""

# Standard tier, without discounts for cached input; context windows from the vendors' documentation.
_LISTED: dict[str, tuple[str, str, int | None]] = {
    "gpt-6.1-sol": ("2", "10", None),
    "gpt-5.5": ("5", "30", 1_050_000),
    "gpt-5.4": ("2.50", "15", 1_050_000),
    "gpt-5.4-mini": ("0.75", "4.50", 400_000),
    "gpt-5.2": ("1.75", "14", 400_000),
    "gpt-5.1": ("1.25", "10", 400_000),
    "gpt-5": ("1.25", "10", 400_000),
    "gpt-5-mini": ("0.25", "2", 400_000),
    "gpt-5-nano": ("0.05", "0.40", 400_000),
    "gpt-4.1": ("2", "8", 1_047_576),
    "gpt-4.1-mini": ("0.40", "1.60", 1_047_576),
    "gpt-4.1-nano": ("0.10", "0.40", 1_047_576),
    "gpt-4o": ("2.50", "10", 128_000),
    "gpt-4o-mini": ("0.15", "0.60", 128_000),
    "o3": ("2", "8", 200_000),
    "o4-mini": ("1.10", "4.40", 200_000),
    "claude-fable-5": ("10", "50", 1_000_000),
    "claude-fable-5-1": ("10", "50", 1_000_000),
    "claude-opus-5-5": ("4", "20", 1_000_000),
    "claude-opus-5": ("5", "25", 1_000_000),
    "claude-opus-4-8": ("5", "25", 1_000_000),
    "claude-opus-4-7": ("5", "25", 1_000_000),
    "claude-opus-4-6": ("5", "25", 1_000_000),
    "claude-opus-4-5": ("5", "25", 200_000),
    "claude-sonnet-5-5": ("2", "10", 1_000_000),
    "claude-sonnet-5": ("2", "10", 1_000_000),
    "claude-sonnet-4-6": ("3", "15", 1_000_000),
    "claude-sonnet-4-5": ("3", "15", 200_000),
    "claude-haiku-4-5": ("1", "5", 200_000),
    "gemini-3.6-flash": ("1.50", "7.50", 1_048_576),
    "gemini-3.5-flash": ("1.50", "9", 1_048_576),
    "gemini-3-flash": ("0.50", "3", 1_048_576),
    "gemini-3-pro": ("2", "12", 1_048_576),
    "gemini-2.5-pro": ("1.25", "10", 1_048_576),
    "gemini-2.5-flash": ("0.30", "2.50", 1_048_576),
    "gemini-2.5-flash-lite": ("0.10", "0.40", 1_048_576),
}
LISTINGS = {
    model: Listing(Decimal(read), Decimal(written), context)
    for model, (read, written, context) in _LISTED.items()
}

# A snapshot costs what its model costs; any other ending is another model (gpt-5-mini is not gpt-5).
_SNAPSHOT = re.compile(r"-(20\d\d-?\d\d-?\d\d|latest|preview(-\d\d-(20)?\d\d)?)$")
_MICRODOLLAR = Decimal("0.000001")


def extend(own: Mapping[str, Listing]) -> None:
    """Add the operator's own prices, which override the list. Called when the process starts."""
    LISTINGS.update(own)


def listing(provider: str, model: str) -> Listing | None:
    """The model's price and context window; None if they are not known."""
    if provider in _WITHOUT_PRICE:
        return _WITHOUT_PRICE[provider]
    return LISTINGS.get(model) or LISTINGS.get(_SNAPSHOT.sub("", model))


def price(provider: str, model: str, *, input_tokens: int, output_tokens: int) -> tuple[Decimal, str]:
    """USD to the micro-dollar, and the version of the prices used.

    The demo model and the sandbox cost nothing (`local`, `simulated`). A model that the table does not know
    counts as 0 under `unpriced`: sums over calls are then a lower bound, and the marked rows say where.
    """
    listed = listing(provider, model)
    if listed is None:
        return Decimal(0), UNPRICED
    cost = (listed.input * input_tokens + listed.output * output_tokens) / 1_000_000
    return cost.quantize(_MICRODOLLAR, rounding=ROUND_HALF_UP), listed.version


def is_priced(provider: str, model: str) -> bool:
    """Whether a limit in dollars can be kept: the price is known, or there is none."""
    return listing(provider, model) is not None
