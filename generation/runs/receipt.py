"""What a run cost, call by call: the same figures for the API and the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Literal

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from billing import quotas
from generation.llm.pricing import UNPRICED
from generation.llm.registry import label
from generation.models import LlmCall, Run, RunStep
from generation.pipeline.writing import label as step_label
from generation.runs.costs import dollars

REMOVED_STEP_POSITION = 32_767
"""Sorts steps that an edited outline no longer has behind all others."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The sums over some calls. `failed` counts those that ended with an error."""

    calls: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class StepSum:
    step: str
    models: tuple[str, ...]
    """Display names, in the order in which the models were called."""
    sum: Sum

    @property
    def display_name(self) -> str:
        """The step as a person would call it."""
        return step_label(self.step).removeprefix("the ").capitalize()


@dataclass(frozen=True, slots=True)
class Receipt:
    """`steps` are in the order of the post, without those that made no call."""

    run: Run
    unit: Literal["none", "reserved", "settled", "refunded"]
    """ "none" for a test run, which takes no unit."""
    calls: tuple[LlmCall, ...]
    steps: tuple[StepSum, ...]
    total: Sum

    @property
    def models(self) -> tuple[str, ...]:
        return _names(self.calls)

    @property
    def cost_display(self) -> str:
        if self.unpriced and not self.total.cost_usd:
            return "price not known"
        return dollars(self.total.cost_usd)

    @property
    def estimated(self) -> bool:
        """Whether some token counts are estimates."""
        return any(call.estimated for call in self.calls)

    @property
    def unpriced(self) -> tuple[str, ...]:
        """The models that are counted as $0 because their price is not known."""
        return _names(call for call in self.calls if call.price_version == UNPRICED)


def receipt_of(run: Run) -> Receipt:
    """The run's calls in order, and their sums. Two queries, or one if the run is completed."""
    step = RunStep.objects.filter(run=run, name=OuterRef("step"))
    calls = tuple(
        LlmCall.objects.filter(run=run)
        .annotate(position=Coalesce(Subquery(step.values("position")), REMOVED_STEP_POSITION))
        .order_by("pk")
    )
    names = dict.fromkeys(call.step for call in sorted(calls, key=attrgetter("position")))
    return Receipt(
        run=run,
        unit=_unit_of(run),
        calls=calls,
        steps=tuple(
            StepSum(name, _names(of_step), _sum(of_step))
            for name in names
            if (of_step := [call for call in calls if call.step == name])
        ),
        total=_sum(calls),
    )


def _unit_of(run: Run) -> Literal["none", "reserved", "settled", "refunded"]:
    if run.test:
        return "none"
    # A run's unit is settled in the transaction that completes it.
    return "settled" if run.status == Run.Status.COMPLETED else quotas.state_of(run.reservation)


def _sum(calls: Sequence[LlmCall]) -> Sum:
    return Sum(
        calls=len(calls),
        failed=sum(bool(call.error) for call in calls),
        input_tokens=sum(call.input_tokens for call in calls),
        output_tokens=sum(call.output_tokens for call in calls),
        cost_usd=sum((call.cost_usd for call in calls), Decimal()),
    )


def _names(calls: Iterable[LlmCall]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label(call.provider, call.model) for call in calls))
