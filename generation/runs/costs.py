"""What runs have cost so far: the one sum of their calls, wherever a figure is shown or a limit is kept."""

import uuid
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, QuerySet, Sum
from django.db.models.functions import Coalesce

from generation.llm.pricing import is_priced
from generation.llm.registry import profile_of, writer
from generation.pipeline.estimate import estimate
from generation.pipeline.types import Brief
from generation.runs.models import Run


def with_costs(runs: QuerySet[Run]) -> QuerySet[Run]:
    """The runs with `call_count`, `input_tokens`, `output_tokens` and `cost_usd` of all their calls."""
    return runs.annotate(
        call_count=Count("calls"),
        input_tokens=Coalesce(Sum("calls__input_tokens"), 0),
        output_tokens=Coalesce(Sum("calls__output_tokens"), 0),
        cost_usd=Coalesce(Sum("calls__cost_usd"), 0, output_field=DecimalField(decimal_places=6)),
    )


def spent_on(run_id: uuid.UUID) -> Decimal:
    """US dollars. One query."""
    run: Any = with_costs(Run.objects.filter(pk=run_id)).get()
    cost: Decimal = run.cost_usd
    return cost


def estimated_cost(brief: Brief, provider: str = "", model: str = "") -> Decimal | None:
    """About what the post will cost with who begins it, in US dollars; None when nobody knows the price.

    `provider` and `model` as asked for, empty where the router decides.
    """
    provider, model = writer(provider, model)
    if not provider or not is_priced(provider, model):
        return None
    return estimate(brief, profile_of(provider)).cost(provider, model)


def dollars(cost: Decimal) -> str:
    """As pages say what was spent, to a tenth of a cent."""
    return f"${cost:.3f}" if cost else "$0"


def exact(cost: Decimal) -> str:
    """As the API says it: a string, to the micro-dollar, which a JSON number would lose."""
    return f"{cost:.6f}"
