"""The quote for a post before it is written: its model, its estimated cost, and how many posts are left."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import User
from billing import quotas
from billing.quotas import PeriodUsage, Usage
from blogai.core.errors import BlogAIError
from generation.kinds.base import Kind
from generation.kinds.registry import KINDS
from generation.llm import connected
from generation.llm.pricing import is_priced
from generation.llm.registry import LOCAL_LABEL, label, profile_of, writer
from generation.models import Run
from generation.pipeline.types import Brief, Frozen


@dataclass(frozen=True, slots=True)
class Quote:
    """`model` is a display name, empty when none is configured; `refusal` is why no post can be started.

    `connected` is true for a model that was connected on the page /connect.
    """

    model: str
    connected: bool
    cost_usd: Decimal | None
    usage: Usage
    quota: str
    refusal: BlogAIError | None

    @property
    def possible(self) -> bool:
        """Whether a post can be started: there is a model, and the plan has a post left."""
        return bool(self.model) and self.refusal is None

    @property
    def local(self) -> bool:
        return self.model == LOCAL_LABEL

    @property
    def cost_display(self) -> str:
        """Empty when the price is not known."""
        return "" if self.cost_usd is None else cents(self.cost_usd)


def cents(cost_usd: Decimal) -> str:
    """As precise as an estimate gets."""
    return f"about ${cost_usd:.2f}" if cost_usd >= Decimal("0.01") else "less than $0.01"


def estimated_cost(
    brief: Frozen, provider: str = "", model: str = "", kind: Kind[Any, Any] = KINDS[Run.POST]
) -> Decimal | None:
    """Roughly what a run will cost in US dollars; None when the price of the model is not known.

    `provider` and `model` are those requested, empty to let the router decide. The estimate assumes that the
    first provider writes everything.
    """
    provider, model = writer(provider, model)
    if not provider or not is_priced(provider, model):
        return None
    return kind.estimate(brief, profile_of(provider)).cost(provider, model)


def quote(user: User, brief: Brief, provider: str = "", model: str = "") -> Quote:
    """The quote that the user sees next to the button, for the requested model or the default. One query."""
    provider, model = writer(provider, model)
    connection = connected.current()
    usage, refusal = quotas.preview(user)
    return Quote(
        model=label(provider, model),
        connected=connection is not None and connection.provider == provider,
        cost_usd=estimated_cost(brief, provider, model),
        usage=usage,
        quota="" if refusal else _quota(usage),
        refusal=refusal,
    )


def _quota(usage: Usage) -> str:
    """ "997 posts left this month", with those of today where they are fewer; empty without limits."""
    month, day = _left(usage["month"]), _left(usage["day"])
    if month is None:
        return "" if day is None else f"{_posts(day)} left today"
    today = f", {day} of them today" if day is not None and day < month else ""
    return f"{_posts(month)} left this month{today}"


def _posts(number: int) -> str:
    return f"{number:,} post{'' if number == 1 else 's'}"


def _left(taken: PeriodUsage) -> int | None:
    return None if taken["limit"] is None else taken["limit"] - taken["used"] - taken["reserved"]
