"""Lines of the log about runs: what happened to which run, and never what is in it."""

import uuid
from datetime import timedelta
from functools import partial

import structlog
from django.db import transaction
from structlog.contextvars import bind_contextvars, get_contextvars

from generation.models import Run
from generation.runs.frames import Frame

log = structlog.get_logger(__name__)

EVENTS = {
    "run.queued": "somebody asked for a post, and it waits for a worker",
    "run.retried": "its owner asked for it again after it had failed or was stopped",
    "run.approved": "its owner approved the outline",
    "run.started": "a worker writes it",
    "run.resumed": "a worker continues with what is stored, after a crash, a retry or a review",
    "run.review": "it waits for its owner to review the outline",
    "run.released": "its worker stops, and another one may continue",
    "run.lost": "it has ended meanwhile, or another worker has taken it over",
    "run.completed": "the post is stored",
    "run.failed": "it ended without a post; `code` says why",
    "run.stopped": "its owner stopped it, or, with a `code`, a limit or our staff did",
}
"""The events about runs. A test compares them with docs/logging.md."""
OF_FRAMES = {
    "run.started": "run.started",
    "outline.review": "run.review",
    "run.completed": "run.completed",
    "run.failed": "run.failed",
    "run.cancelled": "run.stopped",
}
"""The event of the log for each milestone that has one."""


def asked_for(run: Run, event: str) -> None:
    """What its owner wants: logged on commit. The line of their request, if it was one, names the run too."""
    if "request_id" in get_contextvars():
        bind_contextvars(run_id=run.pk)
    transaction.on_commit(partial(tell, event, run.pk, user_id=run.owner_id))


def on_commit(frame: Frame, run_id: uuid.UUID, owner_id: uuid.UUID, attempt: int, took: timedelta) -> None:
    """A milestone, once it is stored; `took` is the time since the run was first started."""
    event = OF_FRAMES.get(frame["type"])
    if event is None:
        return
    if event == "run.started" and attempt > 1:
        event = "run.resumed"
    fields = {"user_id": owner_id, "attempt": attempt, "duration_ms": round(took / timedelta(milliseconds=1))}
    if code := frame.get("code"):
        fields["code"] = code
    transaction.on_commit(partial(tell, event, run_id, **fields))


def tell(event: str, run_id: uuid.UUID, **fields: object) -> None:
    log.info(event, run_id=run_id, **fields)
