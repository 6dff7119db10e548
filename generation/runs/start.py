"""Starting a run, and the only way from a request to one."""

import hashlib
import json
import uuid
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Least, Now

from accounts.callers import Caller
from accounts.models import User
from accounts.services import require_verified_email
from billing import limits, quotas
from blogai.core import tracing
from blogai.core.errors import IdempotencyMismatch, NotFound, ValidationFailed
from generation.conversations.services import conversation_named
from generation.kinds.registry import KINDS
from generation.llm.pricing import SIMULATED, is_priced
from generation.llm.registry import SANDBOX, models_for
from generation.llm.router import Router
from generation.models import Conversation, Run
from generation.pipeline.types import Frozen
from generation.runs import admission, frames, key_limit, log
from generation.runs.admission import enqueue
from generation.runs.channel_layer import publish_on_commit
from generation.runs.quote import estimated_cost
from generation.runs.steps import new_steps

IDEMPOTENCY_KEY_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What the API, the form and the command line can ask of a run.

    `brief` is that of the `kind`. `target` is the post that the run works on, and `asked` what identifies
    the request where the brief has more, such as the text of a post. `conversation` is the owner's name for
    the thread, empty for a new one. `provider` and `model` are empty to let the router decide. A
    `max_cost_usd` of None means the plan's limit.
    """

    brief: Frozen
    kind: str = Run.POST
    target: uuid.UUID | None = None
    asked: Frozen | None = None
    conversation: str = ""
    provider: str = ""
    model: str = ""
    max_cost_usd: Decimal | None = None
    review_outline: bool = False
    callback_url: str = ""
    email_when_done: bool = False

    def fingerprint(self) -> str:
        """The same for all requests that ask for the same run.

        What has its default is left out, so that a release that adds an option changes no fingerprint.
        """
        asked = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name not in ("brief", "asked") and getattr(self, field.name) != field.default
        }
        brief = (self.asked or self.brief).model_dump(mode="json", exclude_defaults=True)
        canonical = json.dumps({**asked, "brief": brief}, sort_keys=True, default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()


def run_for(user: User, run_id: uuid.UUID) -> Run:
    """The user's run. Raises NotFound, for a stranger's or a deleted run too."""
    run = Run.objects.filter(owner=user, pk=run_id, deleted_at=None).select_related("conversation").first()
    if run is None:
        raise NotFound("We can’t find that run.")
    return run


@transaction.atomic
def start_run(
    owner: User,
    options: RunOptions,
    *,
    queue: bool = True,
    idempotency_key: str | None = None,
    caller: Caller | None = None,
) -> Run:
    """Start a run: reserve its unit and store its row, its steps and its job, in one transaction.

    With `queue=False` the caller of this function executes the run; if that dies, a worker takes over.
    `caller` is whoever asked: a run that a test key starts is simulated, and takes no unit.

    Raises EmailNotVerified, Unavailable when no provider is configured, ValidationFailed when the requested
    one is not or when the cost limit could not be enforced, TierRequired for a webhook that the plan does not
    include, QuotaExceeded, and CostLimitReached at the limit of the month or of the API key.
    """
    kind = KINDS[options.kind]
    test = caller is not None and caller.test
    if not test:
        require_verified_email(owner)
    provider, model = (SIMULATED, SANDBOX) if test else (options.provider, options.model)
    if not test:
        _require_models(options, caller)
    run = Run.objects.create(
        owner=owner,
        kind=kind.name,
        target_id=options.target,
        conversation=conversation_named(owner, options.conversation),
        brief=options.brief.model_dump(mode="json"),
        provider=provider,
        model=model,
        test=test,
        api_key_id=caller.first_key_id if caller else None,
        max_cost_usd=_max_cost(owner, options, caller),
        estimated_cost_usd=Decimal() if test else estimated_cost(options.brief, provider, model, kind),
        review_outline=options.review_outline,
        idempotency_key=idempotency_key,
        body_hash=options.fingerprint() if idempotency_key else "",
        callback_url=options.callback_url,
        email_when_done=options.email_when_done,
    )
    if caller and key_limit.is_limited(caller) and (run.max_cost_usd or 0) < key_limit.SMALLEST:
        raise key_limit.reached(caller)
    if options.callback_url and not test:
        limits.require(owner, "webhooks")
    if not test:
        quotas.reserve(owner, run.reservation, meter=kind.meter, for_run=run.pk)
    new_steps(run, kind.steps(options.brief))
    if queue:
        enqueue(run.pk, trace=tracing.carried())
    publish_on_commit(run, [frames.queued(run.pk)])
    log.asked_for(run, "run.queued")
    return run


def _require_models(options: RunOptions, caller: Caller | None) -> None:
    """Raises Unavailable, and ValidationFailed when the models or a limit of their costs cannot be had."""
    models = models_for(options.provider, options.model, lambda call: None)
    if options.max_cost_usd is not None:
        require_known_price(models)
    elif key_limit.is_limited(caller):
        require_known_price(models, "Your API key has one: use another key, or choose")


def _max_cost(owner: User, options: RunOptions, caller: Caller | None) -> Decimal | Combinable:
    """For an INSERT: what was asked for or the plan's, and no more than the API key has left this month."""
    asked = limits.max_cost_per_run(owner) if options.max_cost_usd is None else Value(options.max_cost_usd)
    if caller is None or not key_limit.is_limited(caller):
        return asked
    return Least(asked, key_limit.what_is_left(caller))


def require_known_price(models: Router, remedy: str = "Leave max_cost_usd out, or choose") -> None:
    """Raises ValidationFailed unless the price of every model that may be used is known."""
    for each in models.providers:
        if not is_priced(each.name, each.model):
            raise ValidationFailed(
                f"We don’t know the price of {each.model}, so we can’t enforce a cost limit. {remedy} "
                "another model.",
                errors={"max_cost_usd": [f"We can’t enforce this: we don’t know the price of {each.model}."]},
            )


def start_once(owner: User, options: RunOptions, key: str, caller: Caller | None = None) -> tuple[Run, bool]:
    """The run of an idempotency key, started if there is none yet, and whether it is new.

    Raises IdempotencyMismatch when something else was asked for with the key within the last 24 hours, and
    what `start_run` raises.
    """
    expired = Now() - IDEMPOTENCY_KEY_LIFETIME
    Run.objects.filter(owner=owner, idempotency_key=key, created_at__lt=expired).update(idempotency_key=None)
    try:
        return start_run(owner, options, idempotency_key=key, caller=caller), True
    except IntegrityError:
        run = started_before(owner, options, key, caller)
        if run is None:
            raise
    return run, False


def started_before(owner: User, options: RunOptions, key: str, caller: Caller | None = None) -> Run | None:
    """The run that was started with an idempotency key. Raises IdempotencyMismatch as `start_once` does."""
    recent = Run.objects.filter(created_at__gte=Now() - IDEMPOTENCY_KEY_LIFETIME)
    run = recent.filter(owner=owner, idempotency_key=key).select_related("conversation").first()
    test = caller is not None and caller.test
    if run and (run.body_hash, run.test) != (options.fingerprint(), test):
        raise IdempotencyMismatch(
            "You already used this Idempotency-Key for a different request. Use a new one."
        )
    return run


@transaction.atomic
def submit(owner: User, options: RunOptions, form: uuid.UUID) -> Run:
    """The run of a submitted form, started if there is none yet: pressing the button twice makes one run.

    A form with other contents makes another run. The conversation's name identifies the form, and its row is
    locked, so that the second of two submissions finds the run of the first. Raises what `start_run` raises.
    """
    choices = "review" * options.review_outline + options.provider + options.model
    name = str(uuid.uuid5(form, options.brief.model_dump_json() + choices))
    conversation = conversation_named(owner, name)
    return _newest(conversation) or start_run(owner, replace(options, conversation=name))


def unfinished_run(owner: User, post_id: uuid.UUID) -> Run:
    """The owner's run that is to become this post, or failed to. Raises NotFound.

    It is annotated with `ahead`: how many of the owner's runs are before it in the queue.
    """
    mine = Run.objects.of_posts().filter(owner=owner, post_id=post_id, deleted_at=None)
    runs = mine.exclude(status=Run.Status.COMPLETED)
    run = runs.select_related("conversation").annotate(ahead=admission.count_ahead()).first()
    if run is None:
        raise NotFound("We can’t find that post.")
    return run


def _newest(conversation: Conversation) -> Run | None:
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    return Run.objects.of_posts().filter(conversation=conversation, deleted_at=None).order_by("-pk").first()
