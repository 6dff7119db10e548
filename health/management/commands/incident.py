"""`manage.py incident open|update|resolve|list`: what /status says about an incident."""

import uuid
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from blogai.core.errors import BlogAIError
from health import incidents
from health.models import Component, Impact, Incident


class Command(BaseCommand):
    help = "Post an incident on /status, update it, or resolve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        opening = actions.add_parser("open", help="post a new incident; prints its id")
        opening.add_argument("title", help='what customers notice, such as "Posts take longer than usual"')
        opening.add_argument("--component", required=True, choices=Component.values)
        opening.add_argument("--impact", required=True, choices=Impact.values)
        opening.add_argument("--text", default="", help="the first update")
        opening.add_argument("--started", type=_moment, help="YYYY-MM-DDTHH:MM, UTC unless it says; now")
        opening.add_argument("--ended", type=_moment, help="when it was resolved, if it is over")
        updating = actions.add_parser("update", help="add an update to an incident")
        updating.add_argument("id", type=uuid.UUID)
        updating.add_argument("text")
        resolving = actions.add_parser("resolve", help="resolve an incident")
        resolving.add_argument("id", type=uuid.UUID)
        resolving.add_argument("text", nargs="?", default="", help="the last update")
        actions.add_parser("list", help="list open incidents and those of the last 90 days")

    def handle(self, *, action: str, **options: Any) -> None:
        try:
            self.stdout.write(getattr(self, action)(options))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except BlogAIError as error:
            raise CommandError(error.detail) from error

    def open(self, options: dict[str, Any]) -> str:
        incident = incidents.open_incident(
            title=options["title"],
            component=options["component"],
            impact=options["impact"],
            text=options["text"],
            started_at=options["started"],
            ended_at=options["ended"],
        )
        return str(incident.pk)

    def update(self, options: dict[str, Any]) -> str:
        return f"Posted: {incidents.post_update(incident_id=options['id'], text=options['text'])}"

    def resolve(self, options: dict[str, Any]) -> str:
        return f"Resolved: {incidents.resolve(incident_id=options['id'], text=options['text'])}"

    def list(self, options: dict[str, Any]) -> str:
        return "\n".join(map(_line, incidents.recent())) or "No incidents."


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _line(incident: Incident) -> str:
    state = f"resolved {incident.resolved_at:%F %H:%M}" if incident.resolved_at else "open"
    return f"{incident.pk}  {incident.started_at:%F %H:%M}  {state}  {incident.component}: {incident}"
