"""The rows of a run's steps, created as the pipeline declares them, and the hash of each step's input."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db.models import F

from generation.models import Run, RunStep
from generation.pipeline.run import Step, steps_of
from generation.pipeline.types import Brief, Frozen, Outline


def brief_of(run: Run) -> Brief:
    """The brief of a post's run. Unknown fields, stored by a newer version, are ignored."""
    return Brief.model_validate(run.brief)


def new_steps(run: Run, declared: Sequence[Step]) -> None:
    RunStep.objects.bulk_create(_rows(run, enumerate(declared)))


def restart_from(run: Run, brief: Brief, outline: Outline) -> None:
    """Reset the run to the steps of this outline, of which only the outline itself is finished.

    A part that had text starts its next attempt, so that watchers discard what they have seen.
    """
    steps = RunStep.objects.filter(run=run)
    declared = dict(enumerate(steps_of(brief)))
    names = [step.name for step in declared.values()]
    steps.exclude(name__in=names).delete()
    steps.exclude(text="").update(attempt=F("attempt") + 1)
    steps.exclude(name="outline").update(
        state=RunStep.State.WAITING, text="", output=None, input_hash="", finished_at=None
    )
    steps.filter(name="outline").update(output=outline.model_dump(mode="json"), input_hash=hash_inputs(brief))
    kept = {step.name: step for step in steps.only("name", "position")}
    for step in kept.values():
        step.position = names.index(step.name)
    RunStep.objects.bulk_update(kept.values(), ["position"])
    RunStep.objects.bulk_create(
        _rows(run, ((position, step) for position, step in declared.items() if step.name not in kept))
    )


def _rows(run: Run, declared: Iterable[tuple[int, Step]]) -> Iterable[RunStep]:
    return (
        RunStep(run=run, name=step.name, position=position, is_part=step.is_part, expected_calls=step.calls)
        for position, step in declared
    )


def hash_inputs(*given: Frozen) -> str:
    """The hash of a step's input.

    Fields that have their default value are left out, so that a new field with a default does not invalidate
    the finished steps of open runs.
    """
    return _sha256(each.model_dump_json(exclude_defaults=True) for each in given)


def has_inputs(step: RunStep, *given: Frozen) -> bool:
    """Whether the step's output was made from this input. Knows the hashes of the previous version too."""
    return step.input_hash in (hash_inputs(*given), _sha256(each.model_dump_json() for each in given))


def _sha256(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()
