"""The frames that watchers of a run get, over the socket, as server-sent events and as stored milestones.

Our own page's socket gets some of them with HTML too, see `generation.live.rendering`.
"""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from blogai.core.errors import BlogAIError
from generation.pipeline.types import Outline, Part
from generation.posts.markdown import render

type Frame = dict[str, Any]

FIELDS = {
    "run.queued": "run",
    "run.started": "run seq kind post_id conversation_id parts",  # again by each worker that takes over
    "outline.draft": "run title headings",
    "outline.ready": "run seq outline parts",  # again after the outline was edited
    "outline.review": "run seq",
    "run.waiting": "run step seconds reason",
    "part.reset": "run part attempt reason",
    "part.delta": "run part attempt offset text",
    "part.done": "run seq part attempt heading length html notes",
    "run.completed": "run seq kind post_id title",
    "run.failed": "run seq code detail",
    "run.cancelled": "run seq code detail",  # without code and detail if its owner cancelled it
    "run.snapshot": "run status seq kind post_id outline parts",  # from Postgres
    "post.saved": "post_id version",  # of a finished post, and of no run; lost if nobody listens
}
"""What each type of frame has beside its type. Those with `seq` are stored, the others are not."""
SAVED = "post.saved"
ENDINGS = ("run.completed", "run.failed", "run.cancelled")
REVIEW = "outline.review"


def group_of(owner_id: uuid.UUID, conversation: str) -> str:
    """The channel-layer group of an owner's conversation; the owner is part of its name."""
    digest = hashlib.sha256(f"{owner_id}/{conversation}".encode()).hexdigest()[:40]
    return f"conversation.{digest}"


def heading_of(part: str, outline: Outline | None) -> str:
    """The heading of a part; empty for the introduction, and before there is an outline."""
    if outline is None or part == "introduction":
        return ""
    if part == "conclusion":
        return outline.conclusion_heading
    if part == "faq":
        return outline.faq_heading
    return outline.sections[int(part.removeprefix("section-")) - 1].heading


def queued(run_id: uuid.UUID) -> Frame:
    return {"type": "run.queued", "run": str(run_id)}


def started(
    run_id: uuid.UUID, *, kind: str, post_id: uuid.UUID, conversation: str, parts: tuple[str, ...]
) -> Frame:
    return {
        "type": "run.started",
        "run": str(run_id),
        "kind": kind,
        "post_id": str(post_id),
        "conversation_id": conversation,
        "parts": list(parts),
    }


def outlined(run_id: uuid.UUID, outline: Outline, parts: tuple[str, ...]) -> Frame:
    return {
        "type": "outline.ready",
        "run": str(run_id),
        "outline": outline.model_dump(mode="json"),
        "parts": [{"part": part, "heading": heading_of(part, outline)} for part in parts],
    }


def review(run_id: uuid.UUID) -> Frame:
    return {"type": REVIEW, "run": str(run_id)}


def waiting(run_id: uuid.UUID, step: str, *, seconds: float, reason: str) -> Frame:
    return {"type": "run.waiting", "run": str(run_id), "step": step, "seconds": seconds, "reason": reason}


def drafted(run_id: uuid.UUID, title: str, headings: Sequence[str]) -> Frame:
    return {"type": "outline.draft", "run": str(run_id), "title": title, "headings": list(headings)}


def reset(run_id: uuid.UUID | str, part: str, *, attempt: int, reason: str) -> Frame:
    return {"type": "part.reset", "run": str(run_id), "part": part, "attempt": attempt, "reason": reason}


def delta(run_id: uuid.UUID | str, part: str, *, attempt: int, offset: int, text: str) -> Frame:
    return {
        "type": "part.delta",
        "run": str(run_id),
        "part": part,
        "attempt": attempt,
        "offset": offset,
        "text": text,
    }


def part_done(run_id: uuid.UUID, part: Part, *, attempt: int) -> Frame:
    return {
        "type": "part.done",
        "run": str(run_id),
        "part": part.name,
        "attempt": attempt,
        "heading": part.heading,
        "length": len(part.text),
        "html": render(part.text),
        "notes": list(part.notes),
    }


def completed(run_id: uuid.UUID, *, kind: str, post_id: uuid.UUID, title: str) -> Frame:
    return {
        "type": "run.completed",
        "run": str(run_id),
        "kind": kind,
        "post_id": str(post_id),
        "title": title,
    }


def cancelled(run_id: uuid.UUID, error: BlogAIError | None = None) -> Frame:
    reason = {"code": error.code, "detail": error.detail} if error else {}
    return {"type": "run.cancelled", "run": str(run_id), **reason}


def saved(post_id: uuid.UUID, version: int) -> Frame:
    return {"type": SAVED, "post_id": str(post_id), "version": version}


def failed(run_id: uuid.UUID, error: BlogAIError) -> Frame:
    return {"type": "run.failed", "run": str(run_id), "code": error.code, "detail": error.detail}
