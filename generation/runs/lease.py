"""Who owns a run: the lease on its row, taken, renewed and given back by conditional UPDATEs.

`Run.attempt` grows with each taking and is the fencing token: whatever a worker writes names the attempt
it holds, so that a worker that lost its lease without noticing writes nothing.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, Now

from generation.models import Run
from generation.runs import admission

STALE_AFTER = timedelta(seconds=10)
MAX_ATTEMPTS_WITHOUT_PROGRESS = 5
"""Workers in a row that may die over a run before it fails."""


class LeaseLost(Exception):
    """Somebody else owns the run, or it has ended."""


@dataclass(frozen=True, slots=True)
class Lease:
    run_id: uuid.UUID
    token: int

    def mine(self) -> QuerySet[Run]:
        """The run, if this lease still holds it; else nothing."""
        return Run.objects.filter(pk=self.run_id, attempt=self.token, finished_at=None)


def unheld() -> QuerySet[Run]:
    """Runs to be written that no live worker holds."""
    return Run.objects.filter(Q(lease_until=None) | Q(lease_until__lt=Now()), status__in=Run.WANTS_WORKER)


def take(run_id: uuid.UUID) -> Lease | None:
    """The lease of an open run that nobody holds, or None: also while it has to wait in line."""
    with transaction.atomic():
        run = Run.objects.filter(pk=run_id, finished_at=None).select_related("owner").first()
        if run is None or not admission.has_room(run.owner) or not admission.admits(run):
            return None
        taken = (
            unheld()
            .filter(pk=run_id)
            .update(
                lease_until=Now() + STALE_AFTER,
                attempt=F("attempt") + 1,
                attempts_without_progress=F("attempts_without_progress") + 1,
                status=Run.Status.RUNNING,
                started_at=Coalesce("started_at", Now()),
                deadline_at=Coalesce("deadline_at", Now() + timedelta(seconds=settings.RUN_DEADLINE)),
            )
        )
        if not taken:
            return None
        return Lease(run_id, Run.objects.values_list("attempt", flat=True).get(pk=run_id))


def still_held(leases: Collection[Lease]) -> set[Lease]:
    """Those of the leases that hold their runs."""
    return _held_among(leases, Run.objects.all())


@transaction.atomic
def renew(leases: Collection[Lease]) -> set[Lease]:
    """Those of the leases that hold their runs, and now do so for as long as a new one."""
    held = _held_among(leases, Run.objects.select_for_update(no_key=True).order_by("pk"))
    Run.objects.filter(pk__in=[lease.run_id for lease in held]).update(lease_until=Now() + STALE_AFTER)
    return held


def _held_among(leases: Collection[Lease], runs: QuerySet[Run]) -> set[Lease]:
    open_ = runs.filter(pk__in=[lease.run_id for lease in leases], finished_at=None)
    return {Lease(*row) for row in open_.values_list("pk", "attempt")} & set(leases)


def give_back(lease: Lease) -> None:
    """Let the next worker take the run at once; text and finished steps stay, and no attempt is counted."""
    lease.mine().update(
        lease_until=None,
        status=Run.Status.QUEUED,
        attempts_without_progress=Greatest(F("attempts_without_progress") - 1, 0),
    )
