"""What /status says: each component as it is now, and 90 days of incidents.

It asks the same probes as /health, each with a timeout and side by side, and it asks for the incidents in the
same way. So the page comes within a second whatever is down, and says what it could not find out.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from health.checks import Finding
from health.incidents import DAYS, recent
from health.models import Component, Impact, Incident
from health.report import summaries
from health.runner import ProbeRunner

PROBES: Mapping[Component, Sequence[str]] = {
    Component.WEB: ("database",),  # whoever reads this has reached the site; other pages need the database
    Component.WRITING: ("worker", "llm"),
    Component.DATABASE: ("database",),
    Component.PAYMENTS: ("stripe",),
}
"""What tells whether a component works. Nothing measures those that are not named."""
NEEDED = ("llm",)
"""Without these a component does not work, even if nobody has set them up."""
DELAYS_POSTS = (Component.WEB, Component.WRITING, Component.DATABASE)
CACHE_SECONDS = 5.0
"""For which a process shows the incidents that it has read."""


DAY_WIDTH = 5
"""Of the bar, in its own units; the last of them stays free."""
BAR = "".join(f"M{number * DAY_WIDTH} 8h4v16h-4z" for number in range(DAYS))
"""A bar without incidents, as the path of an SVG."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day (UTC) on which an incident was posted, and its place on the bar."""

    date: date
    x: int
    impact: Impact
    incidents: Sequence[Incident]


@dataclass(frozen=True, slots=True)
class ComponentStatus:
    """`state` is working, down, unknown, or the impact of an open incident."""

    component: Component
    state: str
    days: Sequence[Day]

    @property
    def label(self) -> str:
        return self.component.label

    @property
    def state_display(self) -> str:
        return STATES.get(self.state) or Impact(self.state).label

    @property
    def bar_label(self) -> str:
        count = len(self.days)
        return (
            f"{self.label}: incidents on {count} of the last {DAYS} days"
            if count
            else (f"{self.label}: no incidents in the last {DAYS} days")
        )


STATES = {"working": "Working", "down": "Not working", "unknown": "Not measured"}


@dataclass(frozen=True, slots=True)
class StatusPage:
    """`incidents` is None when they could not be read; `closed` says why in maintenance mode."""

    components: Sequence[ComponentStatus]
    incidents: Sequence[Incident] | None
    closed: str
    at: datetime

    @property
    def is_well(self) -> bool:
        return not self.closed and all(each.state in {"working", "unknown"} for each in self.components)

    @property
    def troubled(self) -> list[ComponentStatus]:
        return [each for each in self.components if each.state not in {"working", "unknown"}]

    @property
    def is_grave(self) -> bool:
        """Whether something does not work at all."""
        return any(each.state in {"down", Impact.OUTAGE} for each in self.components)

    @property
    def delays_posts(self) -> bool:
        return any(each.component in DELAYS_POSTS for each in self.troubled)

    @property
    def days(self) -> list[tuple[Day, ComponentStatus]]:
        """All days with incidents, the latest first."""
        days = [(day, each) for each in self.components for day in each.days]
        return sorted(days, key=lambda row: row[0].date, reverse=True)

    @property
    def open(self) -> list[Incident]:
        return [each for each in self.incidents or () if each.resolved_at is None]

    @property
    def past(self) -> list[Incident]:
        return [each for each in self.incidents or () if each.resolved_at is not None]


@cache
def incidents_runner() -> ProbeRunner[list[Incident]]:
    return ProbeRunner({"incidents": "health.status.read_incidents"}, {"incidents": CACHE_SECONDS})


def read_incidents() -> list[Incident]:
    """For a thread of the runner, which must release its own connection."""
    try:
        return recent()
    finally:
        connection.close()


async def status_page() -> StatusPage:
    closure = import_string(settings.CLOSURE)
    found, posted, closed = await asyncio.gather(
        summaries(), incidents_runner().ask(["incidents"]), closure()
    )
    now, incidents = timezone.now(), posted["incidents"]
    components = [
        ComponentStatus(
            component,
            _state(component, found, incidents or (), bool(closed)),
            days_of([each for each in incidents or () if each.component == component], now),
        )
        for component in Component
        if _is_in_use(component, found)
    ]
    return StatusPage(components, incidents, closed, now)


def _is_in_use(component: Component, found: Mapping[str, Finding]) -> bool:
    return component != Component.PAYMENTS or found["stripe"]["status"] != "not_configured"


def _state(
    component: Component, found: Mapping[str, Finding], incidents: Iterable[Incident], closed: bool
) -> str:
    if closed and component == Component.WEB:
        return Impact.MAINTENANCE
    if any(_is_down(name, found[name]) for name in PROBES.get(component, ())):
        return "down"
    if current := [each for each in incidents if each.component == component and each.resolved_at is None]:
        return heaviest(current)
    return "working" if component in PROBES else "unknown"


def _is_down(name: str, finding: Finding) -> bool:
    return finding["status"] == "down" or (name in NEEDED and finding["status"] == "not_configured")


def heaviest(incidents: Iterable[Incident]) -> Impact:
    return max((Impact(each.impact) for each in incidents), key=list(Impact).index)


def days_of(incidents: Sequence[Incident], now: datetime) -> list[Day]:
    """The days of the last 90 that any of the incidents touches, the latest first; days are UTC's."""
    today = now.astimezone(UTC).date()
    days = []
    for ago in range(DAYS):
        day = today - timedelta(days=ago)
        if touching := [each for each in incidents if _touches(each, day, today)]:
            days.append(Day(day, (DAYS - 1 - ago) * DAY_WIDTH, heaviest(touching), touching))
    return days


def _touches(incident: Incident, day: date, today: date) -> bool:
    ended = incident.resolved_at.astimezone(UTC).date() if incident.resolved_at else today
    return incident.started_at.astimezone(UTC).date() <= day <= ended
