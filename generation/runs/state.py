"""The current state of runs in Postgres, for watchers: one query for any number of runs."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from generation.kinds.registry import KINDS, asked_of, kind_of
from generation.models import Run, RunEvent, RunStep
from generation.pipeline.types import Outline
from generation.runs import frames
from generation.runs.frames import Frame


@dataclass(frozen=True, slots=True)
class PartState:
    name: str
    heading: str
    state: str
    attempt: int
    text: str


@dataclass(frozen=True, slots=True)
class RunState:
    """`events` are the stored milestones in order."""

    id: str
    status: str
    seq: int
    kind: str
    post_id: str
    outline: dict[str, Any] | None
    parts: tuple[PartState, ...]
    events: tuple[Frame, ...]

    @property
    def open(self) -> bool:
        return self.status in Run.OPEN

    def snapshot(self) -> Frame:
        return {
            "type": "run.snapshot",
            "run": self.id,
            "status": self.status,
            "seq": self.seq,
            "kind": self.kind,
            "post_id": self.post_id,
            "outline": self.outline,
            "parts": [
                {
                    "part": part.name,
                    "heading": part.heading,
                    "state": part.state,
                    "attempt": part.attempt,
                    "text": part.text,
                }
                for part in self.parts
            ],
        }


def states(owner_id: uuid.UUID, conversation: str, known: Iterable[str] = ()) -> list[RunState]:
    """The open runs of a conversation, its newest post's run and the runs in `known`, oldest first."""
    runs = Run.objects.filter(owner_id=owner_id, conversation__name=conversation, kind__in=KINDS)
    newest = runs.of_posts().order_by("-pk").values("pk")[:1]
    wanted = runs.filter(Q(finished_at=None) | Q(pk__in=list(known)) | Q(pk=Subquery(newest)))
    return [_state(run) for run in _with_steps_and_events(wanted).order_by("pk")]


def state_of(run_id: uuid.UUID) -> RunState:
    return _state(_with_steps_and_events(Run.objects.filter(pk=run_id)).get())


def _with_steps_and_events(runs: QuerySet[Run]) -> QuerySet[Run]:
    steps = RunStep.objects.filter(run=OuterRef("pk")).order_by("position")
    events = RunEvent.objects.filter(run=OuterRef("pk")).order_by("seq")
    return runs.annotate(
        all_steps=ArraySubquery(
            steps.values(json=JSONObject(name="name", state="state", attempt="attempt", text="text"))
        ),
        all_events=ArraySubquery(events.values(json=JSONObject(seq="seq", data="data"))),
    )


def _state(run: Any) -> RunState:
    outline = Outline.model_validate(run.outline) if run.outline else None
    steps = {step["name"]: step for step in run.all_steps}
    return RunState(
        id=str(run.pk),
        status=run.status,
        seq=run.last_seq,
        kind=run.kind,
        post_id=str(run.about_post),
        outline=run.outline,
        parts=tuple(
            PartState(
                name=name,
                heading=frames.heading_of(name, outline),
                state=steps[name]["state"],
                attempt=steps[name]["attempt"],
                text=steps[name]["text"],
            )
            for name in kind_of(run).parts(asked_of(run))
        ),
        events=tuple({**event["data"], "seq": event["seq"]} for event in run.all_events),
    )
