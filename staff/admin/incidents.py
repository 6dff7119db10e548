"""Incidents: what /status tells customers, and for how long."""

from typing import Any

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest

from health.models import Component, Impact, Incident
from staff.actions.catalogue import offered
from staff.admin.base import Filter, Screens
from staff.admin.cells import moment, state
from staff.admin.filters import When, by


class Lasting(Filter):
    title = "State"
    parameter_name = "state"
    offered = {"open": "Open", "resolved": "Resolved"}

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(resolved_at__isnull=value == "open")


class Started(When):
    title = "Started"
    field = "started_at"


class Incidents(Screens[Incident]):
    title = "Incidents"
    list_display = ("headline", "component_", "impact_", "state", "started", "resolved")
    list_filter = (Lasting, by("component", Component.choices), by("impact", Impact.choices), Started)
    search_by = "Part of a title"
    ordering = ("-started_at", "-pk")
    screen_template = "staff/incident.html"

    def found(self, rows: QuerySet[Incident], words: str) -> QuerySet[Incident]:
        return rows.filter(title__icontains=words)

    def screen(self, incident: Incident, request: HttpRequest) -> dict[str, Any]:
        return {
            "title": f"Incident: {incident}",
            "actions": offered(incident, request.user),
            "state": state_of(incident),
            "updates": incident.updates.all(),
        }

    @display(description="Title")
    def headline(self, incident: Incident) -> str:
        return incident.title

    @display(description="Component")
    def component_(self, incident: Incident) -> str:
        return incident.get_component_display()

    @display(description="Impact")
    def impact_(self, incident: Incident) -> str:
        return incident.get_impact_display()

    @display(description="State")
    def state(self, incident: Incident) -> str:
        return state(state_of(incident))

    @display(description="Started (UTC)")
    def started(self, incident: Incident) -> str:
        return moment(incident.started_at)

    @display(description="Resolved (UTC)")
    def resolved(self, incident: Incident) -> str:
        return moment(incident.resolved_at)


def state_of(incident: Incident) -> str:
    return "resolved" if incident.resolved_at else "open"
