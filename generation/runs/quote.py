"""What is said of a post before it is written: who writes it, what it costs, what it leaves of the plan."""

from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from billing import quotas
from billing.quotas import Taken, Usage
from generation.llm.pricing import is_priced
from generation.llm.registry import LOCAL_LABEL, label, profile_of, writer
from generation.pipeline.estimate import estimate
from generation.pipeline.types import Brief


@dataclass(frozen=True, slots=True)
class Quote:
    """`model` as people call it, empty when none is configured; `refusal` says why nothing can be started."""

    model: str
    calls: int
    cost_usd: Decimal | None
    quota: str
    refusal: str

    @property
    def local(self) -> bool:
        return self.model == LOCAL_LABEL

    @property
    def spoken_cost(self) -> str:
        """In cents, which is as exact as an estimate can be; empty when nobody knows the price."""
        if self.cost_usd is None:
            return ""
        return f"about ${self.cost_usd:.2f}" if self.cost_usd >= Decimal("0.01") else "less than $0.01"


def estimated_cost(brief: Brief, provider: str = "", model: str = "") -> Decimal | None:
    """About what the post will cost with who begins it, in US dollars; None when nobody knows the price.

    `provider` and `model` as asked for, empty where the router decides.
    """
    provider, model = writer(provider, model)
    if not provider or not is_priced(provider, model):
        return None
    return estimate(brief, profile_of(provider)).cost(provider, model)


def quote(user: User, brief: Brief) -> Quote:
    """What the user reads beside the button. One query."""
    provider, model = writer()
    usage, refusal = quotas.outlook(user)
    return Quote(
        model=label(provider, model),
        calls=estimate(brief, profile_of(provider)).calls,
        cost_usd=estimated_cost(brief),
        quota="" if refusal else _quota(usage),
        refusal=refusal.detail if refusal else "",
    )


def _quota(usage: Usage) -> str:
    """What one post leaves of the month and, where that is less, of the day; empty without limits."""
    month, day = _left_after_one(usage["month"]), _left_after_one(usage["day"])
    if month is None:
        return "" if day is None else _uses(usage["day"], "today", day) + "."
    sentence = _uses(usage["month"], "this month", month)
    if day is not None and day < month:
        sentence += f", {day or 'none'} of them today"
    return f"{sentence}."


def _uses(taken: Taken, period: str, left: int) -> str:
    are_left = "1 is left" if left == 1 else f"{left or 'none'} are left"
    return f"Uses 1 of your {taken['limit']} posts {period}, then {are_left}"


def _left_after_one(taken: Taken) -> int | None:
    return None if taken["limit"] is None else taken["limit"] - taken["used"] - taken["reserved"] - 1
