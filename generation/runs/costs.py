"""What runs have cost so far. Every figure that is shown and every limit that is enforced uses this sum."""

import uuid
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, DecimalField, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing.quotas import Spent
from generation.models import Run

TO_LEDGER = """
WITH entered AS (
    UPDATE llm_calls SET in_ledger = true WHERE run_id = %s AND NOT in_ledger
    RETURNING input_tokens, output_tokens, cost_usd
)
SELECT coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(output_tokens), 0)::bigint,
    coalesce(sum(cost_usd), 0)
FROM entered
"""

MIN_COST_LIMIT, MAX_COST_LIMIT = Decimal("0.0001"), Decimal(1000)
"""Of a run, in US dollars."""


def with_costs(runs: QuerySet[Run]) -> QuerySet[Run]:
    """The runs with `call_count`, `input_tokens`, `output_tokens` and `cost_usd` of all their calls."""
    return runs.annotate(
        call_count=Count("calls"),
        input_tokens=Coalesce(Sum("calls__input_tokens"), 0),
        output_tokens=Coalesce(Sum("calls__output_tokens"), 0),
        cost_usd=Coalesce(Sum("calls__cost_usd"), 0, output_field=DecimalField(decimal_places=6)),
    )


def to_ledger(run_id: uuid.UUID) -> Spent:
    """What the run's calls cost that are not in the ledger yet, for the caller to enter there. One query."""
    with connection.cursor() as cursor:
        cursor.execute(TO_LEDGER, [run_id])
        return Spent(*cursor.fetchone())


def spent_on(run_id: uuid.UUID) -> Decimal:
    """US dollars. One query."""
    run: Any = with_costs(Run.objects.filter(pk=run_id)).get()
    cost: Decimal = run.cost_usd
    return cost


def dollars(cost: Decimal) -> str:
    """The cost as pages show it, to a tenth of a cent."""
    return f"${cost:.3f}" if cost else "$0"


def exact(cost: Decimal) -> str:
    """The cost as the API gives it: a string to the micro-dollar, because a JSON number would lose digits."""
    return f"{cost:.6f}"
