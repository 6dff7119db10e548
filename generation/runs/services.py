"""Starting a run, and the only door to one."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from blogai.errors import NotFound
from generation.conversations.services import conversation_named
from generation.llm.registry import models_for
from generation.pipeline.run import step_names
from generation.pipeline.types import Brief
from generation.runs.models import Run, RunStep
from generation.runs.tasks import defer


def run_for(user: User, run_id: uuid.UUID) -> Run:
    """The user's run. Raises NotFound for a stranger's as for none."""
    run = Run.objects.filter(owner=user, pk=run_id).select_related("conversation").first()
    if run is None:
        raise NotFound("There is no such run.")
    return run


def start(
    owner: User,
    *,
    brief: Brief,
    conversation: str = "",
    provider: str = "",
    model: str = "",
    queue: bool = True,
) -> Run:
    """A run in the queue: its row, its steps and its job in one transaction.

    With `queue=False` the caller executes it; should it die, a worker's sweep goes on.

    `provider` and `model` as asked for, empty where the router decides. Raises Unavailable when no
    provider is configured and ValidationFailed when the one asked for is not.
    """
    models_for(provider, model, lambda call: None)
    with transaction.atomic():
        run = Run.objects.create(
            owner=owner,
            conversation=conversation_named(owner, conversation),
            brief=brief.model_dump(mode="json"),
            provider=provider,
            model=model,
            deadline_at=Now() + timedelta(seconds=settings.RUN_DEADLINE),
        )
        RunStep.objects.bulk_create(
            RunStep(run=run, name=name, position=position) for position, name in enumerate(step_names(brief))
        )
        if queue:
            defer(run.pk)
    return run
