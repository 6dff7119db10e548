"""What an owner may do with a run: cancel it, or retry it from where it stopped."""

import uuid
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.db.models import F
from uuid_utils.compat import uuid7

from accounts.callers import Caller
from accounts.models import User
from billing import quotas
from blogai.core import tracing
from blogai.core.errors import BlogAIError, Conflict, CostLimitReached, ValidationFailed
from generation.kinds.registry import kind_of
from generation.llm.registry import models_for
from generation.models import Run, RunStep
from generation.runs import admission, checkpoints, frames, key_limit, log
from generation.runs.channel_layer import publish_on_commit
from generation.runs.costs import spent_on
from generation.runs.lease import Lease
from generation.runs.start import require_known_price, run_for


@transaction.atomic
def cancel(owner: User, run_id: uuid.UUID, reason: BlogAIError | None = None) -> Run:
    """End the run and keep what is finished. Raises NotFound, and Conflict when it has already ended.

    The unit is refunded if there is nothing to read yet. The run's worker notices within a second and stops.
    """
    run = run_for(owner, run_id)
    open_ = Run.objects.filter(pk=run.pk, finished_at=None)
    if not open_.update(attempt=F("attempt") + 1):  # invalidates the current lease
        raise Conflict("This run has ended already.", run_id=str(run.pk))
    run.refresh_from_db(fields=["attempt", "status"])
    checkpoints.settle_writing(run, RunStep.State.WAITING)
    ending = checkpoints.close(
        Lease(run.pk, run.attempt),
        run,
        frames.cancelled(run.pk, reason),
        charged=checkpoints.is_readable(run),
        status=Run.Status.CANCELLED,
        error_code=reason.code if reason else "",
        error_detail=reason.detail if reason else "",
    )
    publish_on_commit(run, [ending])
    return run


@transaction.atomic
def retry(
    owner: User, run_id: uuid.UUID, max_cost_usd: Decimal | None = None, *, caller: Caller | None = None
) -> Run:
    """Queue the run again with its finished steps. A unit that was refunded is reserved again.

    `max_cost_usd` is the new cost limit; None keeps the old one. `caller` is whoever asked, and the limit of
    their API key holds. Raises NotFound, QuotaExceeded, PermissionDenied, CostLimitReached, Conflict unless
    it failed or was cancelled, and ValidationFailed when the limit leaves nothing to spend.
    """
    run = run_for(owner, run_id)
    key_limit.require_may_spend(caller, run)
    stopped = Run.objects.filter(
        pk=run.pk, status__in=[Run.Status.FAILED, Run.Status.CANCELLED], deleted_at=None
    )
    again = stopped.update(
        status=Run.Status.QUEUED,
        error_code="",
        error_detail="",
        attempts_without_progress=0,
        finished_at=None,
        deadline_at=None,
        max_cost_usd=run.max_cost_usd if max_cost_usd is None else max_cost_usd,
    )
    if not again:
        raise Conflict("You can retry a run only after it failed or was cancelled.", run_id=str(run.pk))
    _require_higher_limit(run, max_cost_usd)
    if caller and key_limit.is_limited(caller) and not run.test:
        _lower_to_limit_of_key(caller, run)
    if not run.test and quotas.state_of(run.reservation) == "refunded":
        run.reservation = uuid7()
        run.save(update_fields=["reservation"])
        quotas.reserve(owner, run.reservation, meter=kind_of(run).meter, for_run=run.pk)
    RunStep.objects.filter(run=run, output__isnull=True).update(state=RunStep.State.WAITING)
    if admission.without_queued_job(Run.objects.filter(pk=run.pk)).exists():
        admission.enqueue(run.pk, trace=tracing.carried())
    publish_on_commit(run, [frames.queued(run.pk)])
    log.asked_for(run, "run.retried")
    run.refresh_from_db(fields=["attempt", "status"])
    return run


def _lower_to_limit_of_key(caller: Caller, run: Run) -> None:
    """Raises CostLimitReached if the key has nothing left. The run is open again, but holds nothing."""
    asked = Run.objects.filter(pk=run.pk).values_list("max_cost_usd", flat=True).get()
    Run.objects.filter(pk=run.pk).update(max_cost_usd=0)
    most = spent_on(run.pk) + key_limit.left(caller)
    limit = most.quantize(key_limit.SMALLEST, ROUND_DOWN) if asked is None else min(asked, most)
    Run.objects.filter(pk=run.pk).update(max_cost_usd=limit)


def _require_higher_limit(run: Run, max_cost_usd: Decimal | None) -> None:
    """Raises ValidationFailed if the run has already reached the limit, or if it cannot be enforced."""
    if max_cost_usd is None and run.error_code != CostLimitReached.code:
        return
    limit = run.max_cost_usd if max_cost_usd is None else max_cost_usd
    if limit is None:
        return
    if max_cost_usd is not None and not run.test:
        require_known_price(models_for(run.provider, run.model, lambda call: None))
    spent = spent_on(run.pk)
    reached = run.max_cost_usd if run.error_code == CostLimitReached.code else None
    if limit > max(spent, reached or Decimal()):
        return
    more = f", and the run stopped at its limit of ${reached:.4f}" if reached is not None else ""
    raise ValidationFailed(
        f"${spent:.4f} is already spent{more}. Send a higher max_cost_usd.",
        errors={"max_cost_usd": [f"Must be more than ${max(spent, reached or Decimal()):.4f}."]},
    )
