"""The outline of a run: what its owner may read and change before the post is written from it."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts.callers import Caller
from accounts.models import User
from blogai.core import tracing
from blogai.core.errors import Conflict, ReviewExpired
from generation.models import Run, RunEvent
from generation.pipeline.run import part_names
from generation.pipeline.slugs import slug
from generation.pipeline.types import Brief, Outline
from generation.runs import admission, control, frames, key_limit, log
from generation.runs.channel_layer import publish_on_commit
from generation.runs.checkpoints import REVIEW_TIMEOUT
from generation.runs.start import run_for
from generation.runs.steps import brief_of, restart_from

CHANGEABLE = (Run.Status.WAITING, Run.Status.FAILED, Run.Status.CANCELLED)
EXPIRY_BATCH = 100
"""How many runs one sweep cancels at most."""


def outline_of(run: Run) -> Outline:
    """The outline that the run's post is written from. Raises Conflict while there is none yet."""
    if run.outline is None:
        raise Conflict("The outline isn’t ready yet.", run_id=str(run.pk))
    return Outline.model_validate(run.outline)


def outline_for(owner: User, run_id: uuid.UUID) -> Outline:
    """The outline of the owner's run. Raises NotFound, and Conflict while there is none yet."""
    return outline_of(run_for(owner, run_id))


@transaction.atomic
def edit(
    owner: User,
    run_id: uuid.UUID,
    changes: Mapping[str, Any],
    *,
    require: Callable[[Outline], None] = lambda outline: None,
) -> Run:
    """Replace some fields of the run's outline.

    `require` may refuse, with an error, to change the outline that it is given; nobody else can change it
    meanwhile. Text that was written from the old outline is discarded and will be written again. Raises
    NotFound, and Conflict while the run is being written or once it is completed.
    """
    run = run_for(owner, run_id)
    Run.objects.select_for_update().get(pk=run.pk)  # blocks resume, retry and cancel meanwhile
    run.refresh_from_db(fields=["status", "brief", "outline", "last_seq"])
    before = outline_of(run)
    if run.status not in CHANGEABLE:
        raise Conflict(
            "You can change an outline only while it waits for review or after the run has stopped.",
            run_id=str(run.pk),
        )
    require(before)
    brief = brief_of(run)
    outline = _changed(before, brief, changes)
    if outline == before:
        return run
    brief = brief.model_copy(update={"sections": len(outline.sections)})
    restart_from(run, brief, outline)
    frame = frames.outlined(run.pk, outline, part_names(brief))
    run.brief, run.outline = brief.model_dump(mode="json"), outline.model_dump(mode="json")
    run.last_seq += 1
    run.save(update_fields=["brief", "outline", "last_seq"])
    RunEvent.objects.create(run=run, seq=run.last_seq, type=frame["type"], data=frame)
    Run.objects.filter(pk=run.pk, status=Run.Status.WAITING).update(deadline_at=Now() + REVIEW_TIMEOUT)
    publish_on_commit(run, [{**frame, "seq": run.last_seq}])
    return run


@transaction.atomic
def resume(owner: User, run_id: uuid.UUID, *, caller: Caller | None = None) -> Run:
    """Queue the run again after its owner, or `caller` for them, has approved the outline.

    Raises NotFound, PermissionDenied, and Conflict unless the run waits for that review.
    """
    run = run_for(owner, run_id)
    key_limit.require_may_spend(caller, run)
    reviewed = Run.objects.filter(pk=run.pk, status=Run.Status.WAITING).update(
        status=Run.Status.QUEUED, review_outline=False, deadline_at=None
    )
    if not reviewed:
        raise Conflict("You can continue a run only while its outline waits for review.", run_id=str(run.pk))
    if admission.without_queued_job(Run.objects.filter(pk=run.pk)).exists():
        admission.enqueue(run.pk, trace=tracing.carried())
    publish_on_commit(run, [frames.queued(run.pk)])
    log.asked_for(run, "run.approved")
    run.refresh_from_db(fields=["status", "review_outline"])
    return run


@transaction.atomic
def expire_unreviewed() -> int:
    """Cancel the runs whose outline was not reviewed in time; returns how many."""
    expired = Run.objects.filter(finished_at=None, status=Run.Status.WAITING, deadline_at__lt=Now())
    runs = expired.select_related("owner").select_for_update(of=("self",), skip_locked=True)[:EXPIRY_BATCH]
    for run in runs:
        days = REVIEW_TIMEOUT.days
        control.cancel(run.owner, run.pk, ReviewExpired(f"The outline waited {days} days for your review."))
    return len(runs)


def _changed(outline: Outline, brief: Brief, changes: Mapping[str, Any]) -> Outline:
    """The outline with the fields of a valid `OutlineBody` replaced. A new title gets a new slug."""
    if "title" in changes and changes["title"] != outline.title:
        changes = {"slug": slug(changes["title"], brief.topic, *brief.keywords), **changes}
    return Outline.model_validate({**outline.model_dump(), **changes})
