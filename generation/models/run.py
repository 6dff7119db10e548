"""One durable execution of the pipeline: what was asked, who holds it, how far it is, what it cost."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from generation.models.conversation import Conversation


class Run(models.Model):
    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        WAITING = "waiting"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"

    OPEN = (Status.QUEUED, Status.RUNNING, Status.WAITING)
    WANTS_WORKER = (Status.QUEUED, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="runs")
    post_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    brief = models.JSONField()
    provider = models.CharField(max_length=40, blank=True)
    """As the caller asked; empty: the router decides."""
    model = models.CharField(max_length=200, blank=True)
    review_outline = models.BooleanField(default=False)
    """Whether the run waits after its outline until its owner lets it go on; false from then on."""
    max_cost_usd = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    """What its calls may cost together. Null: the plan sets no limit."""
    estimated_cost_usd = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    """What was quoted at its start. Null: the price of the model was not known."""
    callback_url = models.URLField(max_length=2000, blank=True)
    email_when_done = models.BooleanField(default=False)
    reservation = models.UUIDField(default=uuid7, editable=False)
    """Under which id the ledger has the run's unit; a new one when a refunded run is tried again."""
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.TextField(blank=True)
    outline = models.JSONField(null=True)
    last_seq = models.PositiveIntegerField(default=0)
    """The number of the newest event."""
    attempt = models.PositiveIntegerField(default=0)
    """How many workers have taken the run; also the fencing token of what they write."""
    attempts_without_progress = models.PositiveSmallIntegerField(default=0, db_column="fruitless")
    """How many workers in a row took the run and died without finishing a step."""
    lease_until = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    """Null until a worker takes it: time in line does not count. While it waits: when it is given up."""
    idempotency_key = models.CharField(max_length=255, null=True)  # noqa: DJ001 (null: none was sent)
    body_hash = models.CharField(max_length=64, blank=True)
    """Of the body that came with the idempotency key."""
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

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
                fields=["owner", "-post_id"], name="runs_without_post", condition=~Q(status="completed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.status})"


class RunStepQuerySet(models.QuerySet["RunStep"]):
    def parts(self) -> Self:
        """The steps whose text is part of the post."""
        return self.filter(is_part_of_post())


def is_part_of_post(prefix: str = "") -> Q:
    """For a query: whether a step is a part. Rows of the version before are not marked, but known by name."""
    unmarked = Q((f"{prefix}is_part", None)) & ~Q((f"{prefix}name__in", UNMARKED_OTHERS))
    return Q((f"{prefix}is_part", True)) | unmarked


UNMARKED_OTHERS = ("outline", "checks", "assembly")
"""Steps of the version before that are no parts."""


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
    """Whether its text is part of the post; see `parts`."""
    expected_calls = models.PositiveSmallIntegerField(null=True)
    """Model calls of a run without mishaps. Null in rows of the version before: count one."""
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempt = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    """Of a part: what has been written of this attempt, flushed at most once a second."""
    output = models.JSONField(null=True)
    """What the step returned (a `pipeline.types` model); set once, with state done."""
    input_hash = models.CharField(max_length=64, blank=True)
    """Of what the output was made from: of something else it would have to be made again."""
    token = models.PositiveIntegerField(default=0)
    """The `Run.attempt` under which the output was accepted."""
    provider = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=200, blank=True)
    """Who wrote the output; the sums below are of all calls for the step, failed ones too."""
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
    """A milestone, numbered from 1 without gaps, replayed to readers that come later."""

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
