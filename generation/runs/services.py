"""Starting a run, and the only door to one."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.models import User
from billing import limits, quotas
from blogai.errors import IdempotencyMismatch, NotFound, ValidationFailed
from generation.conversations.services import conversation_named
from generation.llm.pricing import is_priced
from generation.llm.registry import models_for
from generation.llm.router import Router
from generation.pipeline.run import step_names
from generation.pipeline.types import Brief
from generation.runs.models import Run, RunStep
from generation.runs.queue import defer

KEPT = timedelta(hours=24)
"""How long an idempotency key stands for its run."""


@dataclass(frozen=True, slots=True)
class Key:
    """An `Idempotency-Key`, and the hash of the body that it came with."""

    name: str
    body_hash: str


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
    max_cost_usd: Decimal | None = None,
    review_outline: bool = False,
    queue: bool = True,
    key: Key | None = None,
    callback_url: str = "",
    email_when_done: bool = False,
) -> Run:
    """A run in the queue: its unit, its row, its steps and its job in one transaction.

    With `queue=False` the caller executes it; should it die, a worker's sweep goes on.

    `provider` and `model` as asked for, empty where the router decides; `max_cost_usd` None: the plan's.
    Raises Unavailable when no provider is configured, ValidationFailed when the one asked for is not or its
    cost could not be limited, and QuotaExceeded.
    """
    models = models_for(provider, model, lambda call: None)
    if max_cost_usd is not None:
        must_be_priced(models)
    with transaction.atomic():
        run = Run.objects.create(
            owner=owner,
            conversation=conversation_named(owner, conversation),
            brief=brief.model_dump(mode="json"),
            provider=provider,
            model=model,
            max_cost_usd=limits.cost_of_a_run(owner) if max_cost_usd is None else max_cost_usd,
            review_outline=review_outline,
            idempotency_key=key.name if key else None,
            body_hash=key.body_hash if key else "",
            callback_url=callback_url,
            email_when_done=email_when_done,
        )
        quotas.reserve(owner, run.reservation)
        RunStep.objects.bulk_create(
            RunStep(run=run, name=name, position=position) for position, name in enumerate(step_names(brief))
        )
        if queue:
            defer(run.pk)
    return run


def must_be_priced(models: Router) -> None:
    """Raises ValidationFailed when one of the models that may write has no known price."""
    for each in models.providers:
        if not is_priced(each.name, each.model):
            raise ValidationFailed(
                f"The price of {each.model} is not known here, so a cost limit could not be kept. "
                "Leave max_cost_usd out, or choose another model.",
                errors={"max_cost_usd": [f"Cannot be kept: the price of {each.model} is not known."]},
            )


def start_once(owner: User, key: Key, **brief: Any) -> tuple[Run, bool]:
    """The one run of an idempotency key, and whether it is new. `brief`: the arguments of `start`.

    Raises IdempotencyMismatch when the key came with another body within the last 24 hours.
    """
    Run.objects.filter(owner=owner, idempotency_key=key.name, created_at__lt=Now() - KEPT).update(
        idempotency_key=None
    )
    try:
        return start(owner, key=key, **brief), True
    except IntegrityError:
        run = Run.objects.filter(owner=owner, idempotency_key=key.name).select_related("conversation").first()
        if run is None:
            raise
    if run.body_hash != key.body_hash:
        raise IdempotencyMismatch("This Idempotency-Key was used with another body; use a new one.")
    return run, False
