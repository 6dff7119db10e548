"""What staff do with incidents, and the recent ones for /status."""

import uuid
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from blogai.core.errors import Conflict, NotFound
from health.models import Incident, IncidentUpdate

DAYS = 90
"""How far /status looks back."""


@transaction.atomic
def open_incident(
    *,
    title: str,
    component: str,
    impact: str,
    text: str = "",
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    incident_id: uuid.UUID | None = None,
) -> Incident:
    """Post an incident, with its first update if there is something to say. Raises ValidationError.

    With `ended_at` it is one that is over before anybody came to post it.
    """
    now = timezone.now()
    if max(started_at or now, ended_at or now) > now:
        raise ValidationError("An incident can’t start or end in the future.")
    incident = Incident(
        pk=incident_id or uuid7(),
        title=title,
        component=component,
        impact=impact,
        started_at=started_at or now,
        resolved_at=ended_at,
    )
    incident.full_clean()
    incident.save()
    if text:
        _add(incident, text)
    return incident


@transaction.atomic
def post_update(*, incident_id: uuid.UUID, text: str) -> Incident:
    """Raises NotFound, and ValidationError."""
    incident = _incident(incident_id)
    _add(incident, text)
    return incident


@transaction.atomic
def resolve(*, incident_id: uuid.UUID, text: str = "") -> Incident:
    """End the incident now. Raises NotFound, Conflict if it had ended, and ValidationError."""
    incident = _incident(incident_id)
    if not Incident.objects.filter(pk=incident.pk, resolved_at=None).update(resolved_at=timezone.now()):
        raise Conflict("This incident is already resolved.")
    if text:
        _add(incident, text)
    return incident


def recent() -> list[Incident]:
    """Those that are open or ended within DAYS, the newest first, with their updates. Two queries."""
    since = timezone.now() - timedelta(days=DAYS)
    shown = Q(resolved_at=None) | Q(resolved_at__gt=since)
    return list(Incident.objects.filter(shown).prefetch_related("updates"))


def _incident(incident_id: uuid.UUID) -> Incident:
    incident = Incident.objects.filter(pk=incident_id).first()
    if incident is None:
        raise NotFound("We can’t find that incident.")
    return incident


def _add(incident: Incident, text: str) -> None:
    update = IncidentUpdate(incident=incident, text=text)
    update.full_clean()
    update.save()
