"""Incidents that staff post on /status, and what they tell about them while they last."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7


class Component(models.TextChoices):
    """What customers know of the product; `health.status` says which probes tell of each."""

    WEB = "web", "Website and API"
    WRITING = "writing", "Writing posts"
    DATABASE = "database", "Database"
    PAYMENTS = "payments", "Payments"
    EMAIL = "email", "Email"


class Impact(models.TextChoices):
    """From light to heavy."""

    MAINTENANCE = "maintenance", "Maintenance"
    DEGRADED = "degraded", "Limited"
    OUTAGE = "outage", "Outage"


class Incident(models.Model):
    """Something that customers notice. It lasts until `resolved_at`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=120)
    component = models.CharField(max_length=10, choices=Component)
    impact = models.CharField(max_length=12, choices=Impact)
    started_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "incidents"
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(resolved_at=None) | models.Q(resolved_at__gte=models.F("started_at")),
                name="incidents_end_after_they_start",
                violation_error_message="An incident ends after it has started.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class IncidentUpdate(models.Model):
    """A sentence or two for customers: what is known, what is being done."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="updates")
    text = models.TextField(max_length=2000, validators=[MaxLengthValidator(2000)])
    posted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "incident_updates"
        ordering = ["-posted_at"]

    def __str__(self) -> str:
        return f"{self.posted_at:%F %H:%M}"
