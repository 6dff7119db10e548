"""What an owner may do to a run: cancel it, or try again from where it stopped."""

import uuid
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from uuid_utils.compat import uuid7

from accounts.models import User
from billing import quotas
from blogai.core.errors import BlogAIError, Conflict, CostLimitReached, ValidationFailed
from generation.llm.registry import models_for
from generation.models import Run, RunStep
from generation.runs import admission, checkpoints, frames
from generation.runs.costs import spent_on
from generation.runs.lease import Lease
from generation.runs.publish import publish_on_commit
from generation.runs.start import must_be_priced, run_for


@transaction.atomic
def cancel(owner: User, run_id: uuid.UUID, reason: BlogAIError | None = None) -> Run:
    """The run, ended; what is finished is kept. Raises NotFound, and Conflict when it has ended already.

    The unit is given back while there is nothing to read. Its worker finds within a second that it writes
    for nobody, and stops.
    """
    run = run_for(owner, run_id)
    open_ = Run.objects.filter(pk=run.pk, finished_at=None)
    if not open_.update(attempt=F("attempt") + 1):  # whoever holds it holds it no more
        raise Conflict("This run has ended already.", run_id=str(run.pk))
    run.refresh_from_db(fields=["attempt", "status"])
    ending = checkpoints.close(
        Lease(run.pk, run.attempt),
        run,
        frames.cancelled(run.pk, reason),
        charged=checkpoints.has_text(run.pk),
        status=Run.Status.CANCELLED,
        error_code=reason.code if reason else "",
        error_detail=reason.detail if reason else "",
    )
    publish_on_commit(run, [ending])
    return run


@transaction.atomic
def retry(owner: User, run_id: uuid.UUID, max_cost_usd: Decimal | None = None) -> Run:
    """The run, in the queue again with its finished steps; a unit that was given back is taken again.

    `max_cost_usd`: its new cost limit; None: the old one stays. Raises NotFound, QuotaExceeded, Conflict
    unless it failed or was cancelled, and ValidationFailed when the limit leaves nothing to spend.
    """
    run = run_for(owner, run_id)
    stopped = Run.objects.filter(pk=run.pk, status__in=[Run.Status.FAILED, Run.Status.CANCELLED])
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
        raise Conflict("Only a run that failed or was cancelled can be tried again.", run_id=str(run.pk))
    _must_leave_something(run, max_cost_usd)
    if quotas.state_of(run.reservation) == "refunded":
        run.reservation = uuid7()
        run.save(update_fields=["reservation"])
        quotas.reserve(owner, run.reservation)
    RunStep.objects.filter(run=run, output__isnull=True).update(state=RunStep.State.WAITING)
    if admission.without_job(Run.objects.filter(pk=run.pk)).exists():
        admission.enqueue(run.pk)
    publish_on_commit(run, [frames.queued(run.pk)])
    run.refresh_from_db(fields=["attempt", "status"])
    return run


def _must_leave_something(run: Run, max_cost_usd: Decimal | None) -> None:
    """Raises ValidationFailed for a limit that a stopped run has reached, or that could not be kept."""
    if max_cost_usd is None and run.error_code != CostLimitReached.code:
        return
    limit = run.max_cost_usd if max_cost_usd is None else max_cost_usd
    if limit is None:
        return
    if max_cost_usd is not None:
        must_be_priced(models_for(run.provider, run.model, lambda call: None))
    spent = spent_on(run.pk)
    reached = run.max_cost_usd if run.error_code == CostLimitReached.code else None
    if limit > max(spent, reached or Decimal()):
        return
    more = f"; at its limit of ${reached:.4f} it stopped" if reached is not None else ""
    raise ValidationFailed(
        f"${spent:.4f} is spent already{more}. Send a higher max_cost_usd.",
        errors={"max_cost_usd": [f"Must be more than ${max(spent, reached or Decimal()):.4f}."]},
    )
