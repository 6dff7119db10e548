"""The owner's view of what happened to the account, and the page behind "this wasn't me" in a mail."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import securing, security_events
from accounts.devices import name_of
from accounts.models import SecurityEvent, User
from accounts.origins import origin_of
from accounts.security_events import MAILED, Kind
from blogai.core.errors import NotFound

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """An event as the page shows it."""

    event: SecurityEvent
    title: str
    facts: list[tuple[str, str]]
    device: str
    serious: bool


@login_required
@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """`?kind=` filters, `?before=` gives the page after that event."""
    kind = request.GET.get("kind", "")
    if kind not in Kind.values:
        kind = ""
    events = security_events.events_of(cast(User, request.user), kind)
    if before := _uuid(request.GET.get("before")):
        events = events.filter(pk__lt=before)
    found = list(events[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    context = {
        "events": [shown(event) for event in page],
        "kind": kind,
        "kinds": Kind.choices,
        "older": _address(kind=kind, before=str(page[-1].pk)) if len(found) > PAGE_SIZE else "",
        "newest": _address(kind=kind) if before else "",
        "days": security_events.RETENTION.days,
    }
    return render(request, "accounts/activity.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def secure_account(request: HttpRequest, token: str) -> HttpResponse:
    """Only the button changes anything: programs that scan mails follow the links in them."""
    try:
        event = securing.event_of(token)
        done = securing.secure(token, origin_of(request)) if request.method == "POST" else None
    except NotFound as error:
        return render(request, "accounts/secure_account.html", {"problem": error.detail}, status=404)
    when = event.user.local_time(event.created_at)  # nobody is signed in here, or somebody else
    context = {"event": shown(event), "when": when, "done": done}
    return render(request, "accounts/secure_account.html", context)


def shown(event: SecurityEvent) -> Shown:
    return Shown(
        event,
        security_events.title_of(event),
        security_events.facts(event),
        name_of(event.user_agent) if event.user_agent else "",
        event.kind in MAILED,
    )


def _address(**query: Any) -> str:
    given = {name: value for name, value in query.items() if value}
    return reverse("settings-activity") + (f"?{urlencode(given)}" if given else "")


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound("There’s nothing at this address.") from None
