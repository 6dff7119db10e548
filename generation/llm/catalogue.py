"""The configured models with their prices and context windows."""

from dataclasses import dataclass
from decimal import Decimal

from generation.llm.pricing import Listing, listing
from generation.llm.registry import configured_models, label


@dataclass(frozen=True, slots=True)
class Choice:
    """A configured model. The default writes posts that request no model.

    `listing` is None if the price is not known.
    """

    provider: str
    model: str
    default: bool
    listing: Listing | None

    @property
    def label(self) -> str:
        return label(self.provider, self.model)

    @property
    def context_window(self) -> int | None:
        return self.listing.context if self.listing else None

    @property
    def price_display(self) -> str:
        """The price per million tokens, for people."""
        if self.listing is None:
            return "price not known"
        if not self.listing.input and not self.listing.output:
            return "free"
        return f"{_dollars(self.listing.input)} in, {_dollars(self.listing.output)} out"


def choices() -> tuple[Choice, ...]:
    """In the order of LLM_PROVIDER_ORDER; empty if nothing is configured."""
    return tuple(
        Choice(provider, model, default=position == 0, listing=listing(provider, model))
        for position, (provider, model) in enumerate(configured_models())
    )


def _dollars(amount: Decimal) -> str:
    return f"${amount:.2f}" if amount == round(amount, 2) else f"${amount:f}"
