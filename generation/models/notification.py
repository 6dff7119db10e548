"""Notifications that a run has ended, and the state of their delivery."""

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class Notification(models.Model):
    """`event` says how the run ended. A run that is retried ends again, with new notifications."""

    class Kind(models.TextChoices):
        CALLBACK = "callback"
        MAIL = "mail"

    class State(models.TextChoices):
        PENDING = "pending"
        DELIVERED = "delivered"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey("generation.RunEvent", on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True)
    """The HTTP status that the receiver of a webhook answered with; null if it did not answer."""
    last_error = models.CharField(max_length=40, blank=True)
    """The error code of the last attempt."""
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "run_notices"
        constraints = [models.UniqueConstraint(fields=["event", "kind"], name="run_notices_once")]
        indexes = [models.Index(fields=["created_at"], name="run_notices_open", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} ({self.state})"
