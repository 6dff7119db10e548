"""How long a run waited for its owner, who was reviewing its outline or had not continued it yet."""

from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, Now

from generation.models import RunEvent
from generation.runs.frames import ENDINGS, REVIEW


def time_paused() -> Subquery:
    """To annotate runs with: the time from each pause to the next start. None if there was no pause."""
    started = RunEvent.objects.filter(run=OuterRef("run"), seq__gt=OuterRef("seq"), type="run.started")
    pause = ExpressionWrapper(
        Coalesce(Subquery(started.order_by("seq").values("created_at")[:1]), "run__finished_at", Now())
        - F("created_at"),
        output_field=DurationField(),
    )
    pauses = RunEvent.objects.filter(run=OuterRef("pk"), type__in=(REVIEW, *ENDINGS)).order_by()
    return Subquery(pauses.values("run").annotate(paused=Sum(pause)).values("paused"))
