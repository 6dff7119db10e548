"""What a worker stores while it executes a run. Each function is one transaction, guarded by the lease."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import DurationField, ExpressionWrapper, F, Sum
from django.db.models.functions import Coalesce, Now
from psycopg.types.json import Jsonb

from billing import quotas
from blogai.core.errors import BlogAIError, CostLimitReached
from generation.kinds.registry import kind_of
from generation.llm.base import Call
from generation.models import LlmCall, Run, RunEvent, RunStep
from generation.notifications import schedule as notifications
from generation.pipeline.types import Frozen
from generation.runs import admission, frames, log, statements
from generation.runs.costs import to_ledger, with_costs
from generation.runs.frames import Frame
from generation.runs.lease import Lease, LeaseLost

REVIEW_TIMEOUT = timedelta(days=7)
"""How long an outline waits for its owner's review."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A run with its conversation, its steps in order, its remaining time and its costs so far."""

    run: Run
    steps: list[RunStep]
    seconds: float
    """Until its deadline."""
    spent: Decimal
    """US dollars."""


def load(lease: Lease) -> Loaded:
    """Everything that the holder of the lease starts from. Raises LeaseLost."""
    left = ExpressionWrapper(F("deadline_at") - Now(), output_field=DurationField())
    run: Any = with_costs(lease.queryset().select_related("conversation")).annotate(left=left).first()
    if run is None:
        raise LeaseLost
    return Loaded(run, list(run.steps.all()), run.left.total_seconds(), run.cost_usd)


@dataclass(frozen=True, slots=True)
class LockedRun:
    """The run's row, locked until the transaction ends."""

    lease: Lease
    owner_id: UUID
    last_seq: int
    took: timedelta
    """Since the run was first started; zero if it never was."""

    def record(self, milestones: Iterable[Frame], **changes: Any) -> list[Frame]:
        """Store the milestones and `changes` to the run; return the numbered frames. Once per transaction."""
        events = [
            RunEvent(run_id=self.lease.run_id, seq=seq, type=frame["type"], data=frame)
            for seq, frame in enumerate(milestones, self.last_seq + 1)
        ]
        RunEvent.objects.bulk_create(events)
        self.lease.queryset().update(last_seq=self.last_seq + len(events), **changes)
        for event in events:
            log.on_commit(event.data, self.lease.run_id, self.owner_id, self.lease.token, self.took)
        return [{**event.data, "seq": event.seq} for event in events]


def lock_run(lease: Lease) -> LockedRun:
    """Lock the run's row first in a transaction, so that all of them wait here. Raises LeaseLost."""
    took = ExpressionWrapper(Coalesce(Now() - F("started_at"), timedelta()), output_field=DurationField())
    runs = lease.queryset().select_for_update(no_key=True)
    locked = runs.values_list("owner_id", "last_seq", took).first()
    if locked is None:
        raise LeaseLost
    return LockedRun(lease, *locked)


@transaction.atomic
def milestone(lease: Lease, frame: Frame) -> Frame:
    return lock_run(lease).record([frame])[0]


def flush(lease: Lease, texts: Mapping[str, tuple[int, str]]) -> None:
    """Store unfinished text; `texts` maps the name of a part to (attempt, text so far)."""
    _execute(
        statements.FLUSH,
        lease,
        names=list(texts),
        attempts=[attempt for attempt, _ in texts.values()],
        texts=[text for _, text in texts.values()],
    )


def finish_step(
    lease: Lease,
    name: str,
    input_hash: str,
    output: dict[str, Any],
    calls: Iterable[Call],
    texts: Mapping[str, tuple[int, str]],
    milestones: Iterable[Frame],
    *,
    begun: Iterable[str] = (),
    took: timedelta,
) -> list[Frame]:
    """Store a step's output, its calls and the final text of its parts; return the numbered milestones.

    An output is accepted only once. `begun` names the parts that start next: their first attempt is counted
    now, so that it still counts if this worker dies during it.
    """
    stored = list(milestones)
    last_seq = _execute(
        statements.FINISH_STEP,
        lease,
        name=name,
        input_hash=input_hash,
        output=Jsonb(output),
        outline=Jsonb(output) if name == "outline" else None,
        calls=_json([{"number": number, **asdict(call)} for number, call in enumerate(calls)]),
        texts=Jsonb([{"name": part, "attempt": at, "text": text} for part, (at, text) in texts.items()]),
        begun=list(begun),
        milestones=Jsonb(stored),
        took=took,
    )
    return [{**frame, "seq": seq} for seq, frame in enumerate(stored, last_seq + 1)]


def _execute(statement: str, lease: Lease, **values: Any) -> int:
    """The number in the one row that the statement returns. Raises LeaseLost when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"run": lease.run_id, "token": lease.token, **values})
        row = cursor.fetchone()
    if row is None:
        raise LeaseLost
    return int(row[0])


def _json(calls: list[dict[str, Any]]) -> Jsonb:
    return Jsonb(calls, dumps=partial(json.dumps, default=str))  # costs are decimals


@transaction.atomic
def pause(lease: Lease) -> Frame:
    """Stop before the owner's review of the outline, and let the next run start."""
    held = lock_run(lease)
    [numbered] = held.record(
        [frames.review(lease.run_id)],
        status=Run.Status.WAITING,
        lease_until=None,
        deadline_at=Now() + REVIEW_TIMEOUT,
        attempts_without_progress=0,
        attempt=F("attempt") + 1,  # invalidates the current lease
    )
    admission.enqueue_next(held.owner_id)
    return numbered


@transaction.atomic
def complete(lease: Lease, made: Frozen, calls: Iterable[Call]) -> Frame:
    """Store what the run made and end it as completed. Raises what its kind's `finish` raises."""
    run = Run.objects.select_related("conversation").get(pk=lease.run_id)
    _store_calls(run.pk, run.owner_id, calls)
    title = kind_of(run).finish(run, made, _main_model(run))
    frame = frames.completed(run.pk, kind=run.kind, post_id=run.about_post, title=title)
    return close(lease, run, frame, charged=True, status=Run.Status.COMPLETED)


@transaction.atomic
def fail(lease: Lease, error: BlogAIError, calls: Iterable[Call]) -> Frame:
    """End the run with the reason and refund its unit. Finished steps stay.

    A run that reached its cost limit did what was asked of it: it is cancelled, not failed.
    """
    run = Run.objects.get(pk=lease.run_id)
    _store_calls(run.pk, run.owner_id, calls)
    reason = {"error_code": error.code, "error_detail": error.detail}
    if isinstance(error, CostLimitReached):
        settle_writing(run, RunStep.State.WAITING)
        frame, charged = frames.cancelled(run.pk, error), is_readable(run)
        return close(lease, run, frame, charged=charged, status=Run.Status.CANCELLED, **reason)
    settle_writing(run, RunStep.State.FAILED)
    frame = frames.failed(run.pk, error)
    return close(lease, run, frame, charged=False, status=Run.Status.FAILED, **reason)


def settle_writing(run: Run, state: RunStep.State) -> None:
    """Give `state` to the steps that were being written: nobody writes them once the run has ended."""
    run.steps.filter(state=RunStep.State.WRITING).update(state=state)


def is_readable(run: Run) -> bool:
    """Whether a run that is stopped now leaves something to read, which then counts."""
    finished = RunStep.objects.parts().filter(run=run, output__isnull=False)
    return kind_of(run).parts_stay and finished.exists()


def close(lease: Lease, run: Run, ending: Frame, *, charged: bool, **changes: Any) -> Frame:
    """End the run: settle or refund its unit, queue the next run, schedule the notifications."""
    [numbered] = lock_run(lease).record([ending], finished_at=Now(), lease_until=None, **changes)
    if not run.test:  # else it took none
        end = quotas.settle if charged else quotas.refund
        end(run.reservation, to_ledger(run.pk))
    admission.enqueue_next(run.owner_id)
    notifications.schedule(run, numbered["seq"])
    return numbered


@transaction.atomic
def store_late_calls(run_id: UUID, calls: Iterable[Call]) -> None:
    """Store calls whose results came too late to be used, and add them to their step if it is finished.

    No lease is needed: what a worker spent after losing the run was still spent.
    """
    owner_id = Run.objects.filter(pk=run_id).values_list("owner_id", flat=True).first()
    if owner_id is None:  # the owner was deleted, and the run with them
        return
    calls = list(calls)
    _store_calls(run_id, owner_id, calls)
    for step in {call.step for call in calls}:
        finished = RunStep.objects.filter(run_id=run_id, name=step, output__isnull=False)
        bill = _step_totals(run_id, step)
        finished.update(**{name: bill[name] for name in ("input_tokens", "output_tokens", "cost_usd")})


def _store_calls(run_id: UUID, owner_id: UUID, calls: Iterable[Call]) -> None:
    LlmCall.objects.bulk_create(
        LlmCall(
            run_id=run_id,
            owner_id=owner_id,
            step=call.step,
            provider=call.provider,
            model=call.model,
            input_tokens=call.input_tokens,
            output_tokens=call.output_tokens,
            estimated=call.estimated,
            cost_usd=call.cost_usd,
            price_version=call.price_version,
            first_token_ms=call.first_token_ms,
            duration_ms=call.duration_ms,
            finish_reason=call.finish_reason,
            error=call.error,
        )
        for call in calls
    )


def _step_totals(run_id: UUID, step: str) -> dict[str, Any]:
    """The provider and model that wrote the step, and the sums over all calls made for it."""
    calls = list(LlmCall.objects.filter(run_id=run_id, step=step).order_by("pk"))
    wrote = next((call for call in reversed(calls) if not call.error), None)
    return {
        "provider": wrote.provider if wrote else "",
        "model": wrote.model if wrote else "",
        "input_tokens": sum(call.input_tokens for call in calls),
        "output_tokens": sum(call.output_tokens for call in calls),
        "cost_usd": sum((call.cost_usd for call in calls), Decimal()),
    }


def _main_model(run: Run) -> tuple[str, str]:
    """The (provider, model) that wrote most of the run."""
    return next(
        iter(
            run.calls.filter(error="")
            .values_list("provider", "model")
            .annotate(tokens=Sum("output_tokens"))
            .order_by("-tokens")
            .values_list("provider", "model")
        ),
        ("", ""),
    )
