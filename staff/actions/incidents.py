"""Actions on the incidents that /status tells of. What staff enter is published, so none takes a reason."""

from datetime import UTC, datetime

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from health import incidents
from health.models import Component, Impact, Incident, IncidentUpdate
from staff.actions.base import Action, ActionForm, Deed

CHOOSE = ("", "Choose one")
MAX_TITLE = Incident._meta.get_field("title").max_length
MAX_TEXT = IncidentUpdate._meta.get_field("text").max_length


class TextForm(ActionForm):
    text = forms.CharField(
        max_length=MAX_TEXT,
        label="Update",
        help_text="For customers, on /status: what is known, and what you are doing.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class LastTextForm(TextForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        self.fields["text"].help_text = "For customers, on /status. Leave blank if there is nothing to add."


class OpenForm(LastTextForm):
    title = forms.CharField(
        max_length=MAX_TITLE, help_text="What customers notice: “Posts take longer than usual.”"
    )
    component = forms.ChoiceField(choices=[CHOOSE, *Component.choices])
    impact = forms.ChoiceField(choices=[CHOOSE, *Impact.choices])
    started_at = forms.DateTimeField(
        required=False,
        label="Since (UTC)",
        help_text="Leave blank if it started just now.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ("title", "component", "impact", "started_at", "text")

    def full_clean(self) -> None:
        with timezone.override(UTC):  # and not the colleague's zone
            super().full_clean()

    def clean_started_at(self) -> datetime | None:
        started: datetime | None = self.cleaned_data["started_at"]
        if started and started > timezone.now():
            raise forms.ValidationError("An incident does not start in the future.")
        return started


def _incidents() -> QuerySet[Incident]:
    return Incident.objects.all()


def _nobody(incident: Incident) -> User | None:
    return None


def _is_open(incident: Incident) -> bool:
    return incident.resolved_at is None


def _open(deed: Deed) -> str:
    incident = incidents.open_incident(incident_id=deed.target.pk, **deed.entered)
    return f"/status now says: {incident}"


def _update(deed: Deed) -> str:
    incidents.post_update(incident_id=deed.target.pk, text=deed.entered["text"])
    return "Your update is on /status."


def _resolve(deed: Deed) -> str:
    incidents.resolve(incident_id=deed.target.pk, text=deed.entered["text"])
    return "The incident is resolved."


ACTIONS = (
    Action(
        name="open_incident",
        button="Open an incident",
        effect="Customers see it on /status right away.",
        told="",
        rows=_incidents,
        owner=_nobody,
        do=_open,
        form=OpenForm,
        adds=True,
    ),
    Action(
        name="update_incident",
        button="Post an update",
        effect="Customers see it on /status right away.",
        told="",
        rows=_incidents,
        owner=_nobody,
        do=_update,
        form=TextForm,
    ),
    Action(
        name="resolve_incident",
        button="Resolve",
        effect="From now on /status shows it as resolved. It cannot be opened again.",
        told="",
        rows=_incidents,
        owner=_nobody,
        do=_resolve,
        fits=_is_open,
        form=LastTextForm,
    ),
)
