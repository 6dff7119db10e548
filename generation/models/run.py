"""A run: one durable execution of the pipeline, with its steps and its milestones."""

from typing import Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from uuid_utils.compat import uuid7

from generation.models.conversation import Conversation


class RunQuerySet(models.QuerySet["Run"]):
    def of_posts(self) -> Self:
        """The runs whose work is a post, which `post_id` then names."""
        return self.filter(kind=Run.POST)


class Run(models.Model):
    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        WAITING = "waiting"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"

    POST = "post"
    OPEN = (Status.QUEUED, Status.RUNNING, Status.WAITING)
    WANTS_WORKER = (Status.QUEUED, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="runs")
    kind = models.TextField(default=POST, db_default=POST, editable=False)
    """What it makes, see `generation.kinds`."""
    post_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    """The id of what it makes, known from the start: the post, or whatever else its kind makes."""
    target_id = models.UUIDField(null=True, editable=False)
    """The post that it works on. Null: the one that it writes itself."""
    brief = models.JSONField()
    provider = models.CharField(max_length=40, blank=True)
    """As requested; empty lets the router decide."""
    model = models.CharField(max_length=200, blank=True)
    review_outline = models.BooleanField(default=False)
    """Whether the run waits for its owner's review of the outline; reset to false when it is continued."""
    max_cost_usd = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    """The most that all of its calls may cost together. Null: no limit."""
    estimated_cost_usd = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    """The quote given when it was started. Null: the price of the model was not known."""
    callback_url = models.URLField(max_length=2000, blank=True)
    email_when_done = models.BooleanField(default=False)
    api_key_id = models.UUIDField(null=True, editable=False)
    """The key that started it: of rotated keys, the first. Null: somebody in a browser, or a command."""
    test = models.BooleanField(default=False, db_default=False, editable=False)
    """Whether it was started with a test key: its model is simulated, and it takes no unit."""
    reservation = models.UUIDField(default=uuid7, editable=False)
    """The id of the run's unit in the ledger. A refunded run gets a new one when it is retried."""
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.TextField(blank=True)
    outline = models.JSONField(null=True)
    last_seq = models.PositiveIntegerField(default=0)
    """The number of the newest event."""
    attempt = models.PositiveIntegerField(default=0)
    """How many workers have taken the run. It is also the fencing token of their writes."""
    attempts_without_progress = models.PositiveSmallIntegerField(default=0, db_column="fruitless")
    """How many workers in a row took the run and died without finishing a step."""
    lease_until = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    """When the run is stopped. Null until a worker takes it: time in the queue does not count."""
    idempotency_key = models.CharField(max_length=255, null=True)  # noqa: DJ001 (null: no key was sent)
    body_hash = models.CharField(max_length=64, blank=True)
    """`RunOptions.fingerprint` of what was asked for with the idempotency key."""
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True, editable=False)
    """When its owner deleted what a stopped or failed run left, which hides it as it does a post."""

    objects = RunQuerySet.as_manager()

    class Meta:
        db_table = "runs"
        constraints = [
            models.UniqueConstraint(fields=["owner", "idempotency_key"], name="runs_idempotency_key")
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="runs_newest"),
            models.Index(fields=["conversation", "-id"], name="runs_of_conversation"),
            models.Index(fields=["lease_until"], name="runs_open", condition=Q(finished_at=None)),
            models.Index(
                fields=["api_key_id"], name="runs_of_api_key", condition=Q(api_key_id__isnull=False)
            ),
            models.Index(
                fields=["owner", "-post_id"], name="runs_without_post", condition=~Q(status="completed")
            ),
            BrinIndex(fields=["created_at"], name="runs_by_time", autosummarize=True),
            models.Index(fields=["deleted_at"], name="runs_deleted", condition=Q(deleted_at__isnull=False)),
            models.Index(fields=["target_id"], name="runs_of_target", condition=Q(target_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.status})"

    @property
    def asked(self) -> str:
        """What a list calls it, as `asked()` does."""
        return str(self.brief.get("topic") or self.brief.get("about", ""))

    @property
    def about_post(self) -> UUID:
        """The post that it writes or works on."""
        return self.target_id or self.post_id


def asked(prefix: str = "") -> Coalesce:
    """An annotation: what a list calls the run. A post's brief has a topic, those of other kinds `about`."""
    brief = f"{prefix}brief"
    topic, about = KeyTextTransform("topic", brief), KeyTextTransform("about", brief)
    return Coalesce(topic, about, Value(""), output_field=models.TextField())


class RunStepQuerySet(models.QuerySet["RunStep"]):
    def parts(self) -> Self:
        """The steps whose text is part of the post."""
        return self.filter(is_part_of_post())


def is_part_of_post(prefix: str = "") -> Q:
    """A condition on steps: whether they are parts. Rows of an earlier version are known by name."""
    legacy = Q((f"{prefix}is_part", None)) & ~Q((f"{prefix}name__in", LEGACY_OTHER_STEPS))
    return Q((f"{prefix}is_part", True)) | legacy


LEGACY_OTHER_STEPS = ("outline", "checks", "assembly")
"""Steps of an earlier version that are not parts."""


class RunStep(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting"
        WRITING = "writing"
        DONE = "done"
        FAILED = "failed"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    is_part = models.BooleanField(null=True)
    """Whether its text is part of the post. Null in rows of an earlier version; see `is_part_of_post`."""
    expected_calls = models.PositiveSmallIntegerField(null=True)
    """Model calls if nothing fails. Null in rows of an earlier version, which count as one."""
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempt = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    """The text of a part that this attempt has written so far, flushed at most once a second."""
    output = models.JSONField(null=True)
    """What the step returned (a model of `pipeline.types`). Set once, together with the state `done`."""
    input_hash = models.CharField(max_length=64, blank=True)
    """The hash of the step's input. If the input changes, the output has to be made again."""
    token = models.PositiveIntegerField(default=0)
    """The `Run.attempt` under which the output was accepted."""
    provider = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=200, blank=True)
    """The model that wrote the output. The sums below include all calls for the step, even failed ones."""
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = RunStepQuerySet.as_manager()

    class Meta:
        db_table = "run_steps"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="run_steps_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class RunEvent(models.Model):
    """A milestone, numbered from 1 without gaps, and replayed to watchers that come later."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=30)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "run_events"
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="run_events_seq")]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"
