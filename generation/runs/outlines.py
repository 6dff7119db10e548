"""The outline of a run: what its owner may read and change before the post is written from it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import User
from blogai.errors import Conflict, ReviewExpired
from generation.pipeline.outline import slug
from generation.pipeline.run import part_names, step_names
from generation.pipeline.types import Brief, Outline
from generation.runs import control, frames, line
from generation.runs.checkpoints import REVIEW_WITHIN
from generation.runs.execute import hash_of
from generation.runs.frames import Frame
from generation.runs.models import Run, RunEvent, RunStep
from generation.runs.queue import defer
from generation.runs.services import run_for

CHANGEABLE = (Run.Status.WAITING, Run.Status.FAILED, Run.Status.CANCELLED)
MOST_EXPIRED = 100
"""Runs that one look for forgotten ones ends."""


def outline_of(run: Run) -> Outline:
    """What the run's post is written from. Raises Conflict before it is there."""
    if run.outline is None:
        raise Conflict("This run has no outline yet.", run_id=str(run.pk))
    return Outline.model_validate(run.outline)


def outline_for(owner: User, run_id: uuid.UUID) -> Outline:
    """The outline of the owner's run. Raises NotFound, and Conflict before it is there."""
    return outline_of(run_for(owner, run_id))


@transaction.atomic
def edit(owner: User, run_id: uuid.UUID, changes: Mapping[str, Any]) -> tuple[Run, list[Frame]]:
    """The run with some of its outline's fields replaced, and what to tell those who watch.

    What was written from the old outline is let go, to be written anew. Raises NotFound, and Conflict while
    the run is being written or once it is done.
    """
    run = run_for(owner, run_id)
    Run.objects.select_for_update().get(pk=run.pk)  # nobody continues, retries or cancels it meanwhile
    run.refresh_from_db(fields=["status", "brief", "outline", "last_seq"])
    before = outline_of(run)
    if run.status not in CHANGEABLE:
        raise Conflict(
            "An outline can be changed while its run waits for that, or after it stopped.",
            run_id=str(run.pk),
        )
    brief = Brief.model_validate(run.brief)
    outline = _changed(before, brief, changes)
    if outline == before:
        return run, []
    brief = brief.model_copy(update={"sections": len(outline.sections)})
    _lay_steps_anew(run, brief, outline)
    frame = frames.outlined(run.pk, outline, part_names(brief))
    run.brief, run.outline = brief.model_dump(mode="json"), outline.model_dump(mode="json")
    run.last_seq += 1
    run.save(update_fields=["brief", "outline", "last_seq"])
    RunEvent.objects.create(run=run, seq=run.last_seq, type=frame["type"], data=frame)
    Run.objects.filter(pk=run.pk, status=Run.Status.WAITING).update(deadline_at=Now() + REVIEW_WITHIN)
    return run, [{**frame, "seq": run.last_seq}]


@transaction.atomic
def go_on(owner: User, run_id: uuid.UUID) -> Run:
    """The run, in the queue again: its outline is as its owner wants it.

    Raises NotFound, and Conflict unless it waits for that.
    """
    run = run_for(owner, run_id)
    reviewed = Run.objects.filter(pk=run.pk, status=Run.Status.WAITING).update(
        status=Run.Status.QUEUED, review_outline=False, deadline_at=None
    )
    if not reviewed:
        raise Conflict("Only a run that waits for the review of its outline can go on.", run_id=str(run.pk))
    if line.without_job(Run.objects.filter(pk=run.pk)).exists():
        defer(run.pk)
    run.refresh_from_db(fields=["status", "review_outline"])
    return run


@transaction.atomic
def give_up_forgotten() -> int:
    """Cancel the runs whose outline nobody has looked at in time; returns how many."""
    forgotten = Run.objects.filter(finished_at=None, status=Run.Status.WAITING, deadline_at__lt=Now())
    runs = forgotten.select_related("owner").select_for_update(of=("self",), skip_locked=True)[:MOST_EXPIRED]
    for run in runs:
        days = REVIEW_WITHIN.days
        control.cancel(run.owner, run.pk, ReviewExpired(f"Its outline waited {days} days for a review."))
    return len(runs)


def _changed(outline: Outline, brief: Brief, changes: Mapping[str, Any]) -> Outline:
    """The outline with the fields of a valid `OutlineBody`; a new title has a new slug of its own."""
    if "title" in changes and changes["title"] != outline.title:
        changes = {"slug": slug(changes["title"], brief.topic, *brief.keywords), **changes}
    return Outline.model_validate({**outline.model_dump(), **changes})


def _lay_steps_anew(run: Run, brief: Brief, outline: Outline) -> None:
    """The steps that this outline asks for, of which only the outline itself is finished.

    A part that had a text begins its next attempt, so that readers let go of what they have seen.
    """
    steps = RunStep.objects.filter(run=run)
    names = step_names(brief)
    steps.exclude(name__in=names).delete()
    steps.exclude(text="").update(attempt=F("attempt") + 1)
    steps.exclude(name="outline").update(
        state=RunStep.State.WAITING, text="", output=None, input_hash="", finished_at=None
    )
    steps.filter(name="outline").update(output=outline.model_dump(mode="json"), input_hash=hash_of(brief))
    kept = {step.name: step for step in steps.only("name", "position")}
    for position, name in enumerate(names):
        if name in kept:
            kept[name].position = position
    RunStep.objects.bulk_update(kept.values(), ["position"])
    RunStep.objects.bulk_create(
        RunStep(run=run, name=name, position=position)
        for position, name in enumerate(names)
        if name not in kept
    )
