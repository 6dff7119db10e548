"""Which worker owns a run: a lease on its row, acquired, renewed and released by conditional UPDATEs.

`Run.attempt` is incremented whenever a lease is acquired and serves as the fencing token: every write names
the attempt it belongs to, so that a worker that lost its lease without noticing changes nothing.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, Now

from generation.kinds.registry import KINDS
from generation.models import Run
from generation.runs import admission

LEASE_DURATION = timedelta(seconds=10)
MAX_ATTEMPTS_WITHOUT_PROGRESS = 5
"""How many workers in a row may die while executing a run before it fails."""


class LeaseLost(Exception):
    """Another worker owns the run, or it has ended."""


@dataclass(frozen=True, slots=True)
class Lease:
    run_id: uuid.UUID
    token: int

    def queryset(self) -> QuerySet[Run]:
        """The run, or nothing once this lease has been lost."""
        return Run.objects.filter(pk=self.run_id, attempt=self.token, finished_at=None)


def unleased() -> QuerySet[Run]:
    """The queued and running runs that no live worker holds."""
    return Run.objects.filter(Q(lease_until=None) | Q(lease_until__lt=Now()), status__in=Run.WANTS_WORKER)


def acquire(run_id: uuid.UUID) -> Lease | None:
    """A lease on the run; None if it has ended, is held by another worker, or may not start yet.

    A run whose kind only a newer version knows is left to a worker of that version.
    """
    known = Run.objects.filter(pk=run_id, finished_at=None, kind__in=KINDS)
    with transaction.atomic():
        run = known.select_related("owner").first()
        if (
            run is None
            or not admission.within_concurrency_limit(run.owner)
            or not admission.within_rate_limit(run)
        ):
            return None
        taken = (
            unleased()
            .filter(pk=run_id)
            .update(
                lease_until=Now() + LEASE_DURATION,
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
    """The leases that are still held."""
    return _held_among(leases, Run.objects.all())


@transaction.atomic
def renew(leases: Collection[Lease]) -> set[Lease]:
    """The leases that are still held, after extending them to their full duration."""
    held = _held_among(leases, Run.objects.select_for_update(no_key=True).order_by("pk"))
    Run.objects.filter(pk__in=[lease.run_id for lease in held]).update(lease_until=Now() + LEASE_DURATION)
    return held


def _held_among(leases: Collection[Lease], runs: QuerySet[Run]) -> set[Lease]:
    open_ = runs.filter(pk__in=[lease.run_id for lease in leases], finished_at=None)
    return {Lease(*row) for row in open_.values_list("pk", "attempt")} & set(leases)


def release(lease: Lease) -> None:
    """Let another worker acquire the run immediately. Text and finished steps stay; no attempt is counted."""
    lease.queryset().update(
        lease_until=None,
        status=Run.Status.QUEUED,
        attempts_without_progress=Greatest(F("attempts_without_progress") - 1, 0),
    )
