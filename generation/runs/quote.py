"""The quote for a post before it is written: its model, its estimated cost, what it leaves of the plan."""

from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from billing import quotas
from billing.quotas import PeriodUsage, Usage
from generation.llm import connected
from generation.llm.pricing import is_priced
from generation.llm.registry import LOCAL_LABEL, label, profile_of, writer
from generation.pipeline.estimate import estimate
from generation.pipeline.types import Brief


@dataclass(frozen=True, slots=True)
class Quote:
    """`model` is a display name, empty when none is configured; `refusal` says why no post can be started.

    `connected` is true for a model that was connected on the page /connect.
    """

    model: str
    connected: bool
    calls: int
    cost_usd: Decimal | None
    quota: str
    refusal: str

    @property
    def local(self) -> bool:
        return self.model == LOCAL_LABEL

    @property
    def cost_display(self) -> str:
        """In cents, which is as precise as an estimate gets; empty when the price is not known."""
        if self.cost_usd is None:
            return ""
        return f"about ${self.cost_usd:.2f}" if self.cost_usd >= Decimal("0.01") else "less than $0.01"


def estimated_cost(brief: Brief, provider: str = "", model: str = "") -> Decimal | None:
    """Roughly what the post will cost in US dollars; None when the price of the model is not known.

    `provider` and `model` are those requested, empty to let the router decide. The estimate assumes that the
    first provider writes everything.
    """
    provider, model = writer(provider, model)
    if not provider or not is_priced(provider, model):
        return None
    return estimate(brief, profile_of(provider)).cost(provider, model)


def quote(user: User, brief: Brief, provider: str = "", model: str = "") -> Quote:
    """The quote that the user sees next to the button, for the requested model or the default. One query."""
    provider, model = writer(provider, model)
    connection = connected.current()
    usage, refusal = quotas.preview(user)
    return Quote(
        model=label(provider, model),
        connected=connection is not None and connection.provider == provider,
        calls=estimate(brief, profile_of(provider)).calls,
        cost_usd=estimated_cost(brief, provider, model),
        quota="" if refusal else _quota(usage),
        refusal=refusal.detail if refusal else "",
    )


def _quota(usage: Usage) -> str:
    """How many posts are left this month and, if fewer, today; empty without limits."""
    month, day = _left_after_one(usage["month"]), _left_after_one(usage["day"])
    if month is None:
        return "" if day is None else _usage_sentence(usage["day"], "today", day) + "."
    sentence = _usage_sentence(usage["month"], "this month", month)
    if day is not None and day < month:
        sentence += f", {day or 'none'} of them today"
    return f"{sentence}."


def _usage_sentence(taken: PeriodUsage, period: str, left: int) -> str:
    are_left = "1 is left" if left == 1 else f"{left or 'none'} are left"
    return f"Uses 1 of your {taken['limit']} posts {period}, then {are_left}"


def _left_after_one(taken: PeriodUsage) -> int | None:
    return None if taken["limit"] is None else taken["limit"] - taken["used"] - taken["reserved"] - 1
