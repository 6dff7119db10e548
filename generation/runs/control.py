"""What an owner may do to a run: cancel it, or try again from where it stopped."""

import uuid

from django.db import transaction
from django.db.models import F
from uuid_utils.compat import uuid7

from accounts.models import User
from billing import quotas
from blogai.errors import Conflict
from generation.runs import checkpoints, frames, line
from generation.runs.frames import Frame
from generation.runs.lease import Lease
from generation.runs.models import Run, RunStep
from generation.runs.queue import defer
from generation.runs.services import run_for


@transaction.atomic
def cancel(owner: User, run_id: uuid.UUID) -> tuple[Run, Frame]:
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
        frames.cancelled(run.pk),
        charged=checkpoints.has_text(run.pk),
        status=Run.Status.CANCELLED,
    )
    return run, ending


@transaction.atomic
def retry(owner: User, run_id: uuid.UUID) -> Run:
    """The run, in the queue again with its finished steps; a unit that was given back is taken again.

    Raises NotFound, QuotaExceeded, and Conflict unless it failed or was cancelled.
    """
    run = run_for(owner, run_id)
    stopped = Run.objects.filter(pk=run.pk, status__in=[Run.Status.FAILED, Run.Status.CANCELLED])
    again = stopped.update(
        status=Run.Status.QUEUED,
        error_code="",
        error_detail="",
        fruitless=0,
        finished_at=None,
        deadline_at=None,
    )
    if not again:
        raise Conflict("Only a run that failed or was cancelled can be tried again.", run_id=str(run.pk))
    if quotas.was_refunded(run.reservation):
        run.reservation = uuid7()
        run.save(update_fields=["reservation"])
        quotas.reserve(owner, run.reservation)
    RunStep.objects.filter(run=run, output__isnull=True).update(state=RunStep.State.WAITING)
    if line.without_job(Run.objects.filter(pk=run.pk)).exists():
        defer(run.pk)
    run.refresh_from_db(fields=["attempt", "status"])
    return run
