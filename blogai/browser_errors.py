"""Errors of pages, on their way to Sentry. The browser sends them here, so that pages ask no other host.

Like the server's own reports they are written anew from a few fields: the kind of an error, the functions and
lines of our scripts that it came through, the page's route and the browser. A message may quote what somebody
typed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import sentry_sdk
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from sentry_sdk.envelope import Envelope
from sentry_sdk.types import Event

from accounts import form_limits
from accounts.devices import name_of
from blogai.core.errors import Malformed, NotFound, PayloadTooLarge, PermissionDenied
from blogai.request_log import NO_ROUTE

MAX_BYTES = 100_000
MAX_FRAMES = 50
NAME = re.compile(r"[\w$.:<>-]{1,100}")
"""Of a class, a function or a route."""


@csrf_exempt  # the SDK sends no token, and signing in or not changes nothing; other sites are refused below
@require_POST
def browser_errors(request: HttpRequest) -> JsonResponse:
    """Takes an envelope of Sentry's SDK (https://develop.sentry.dev/sdk/data-model/envelopes/).

    What no script of ours had a part in, such as an error of a browser's extension, is not passed on.
    """
    if not settings.SENTRY_DSN:
        raise NotFound("There’s nothing at this address.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise PermissionDenied("Only our own pages report errors here.")
    form_limits.count(request, "browser-error")
    if len(request.body) > MAX_BYTES:
        raise PayloadTooLarge(f"A report has at most {MAX_BYTES:,} bytes.")
    for reported in _events(request.body):
        if exceptions := [*_exceptions(reported)]:
            sentry_sdk.capture_event(_event(request, exceptions))
    return JsonResponse({})


def _events(body: bytes) -> list[Mapping[str, Any]]:
    """Raises Malformed."""
    try:
        items = Envelope.deserialize(body).items
        return [cast(Mapping[str, Any], item.payload.json) for item in items if item.type == "event"]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Malformed("This isn’t an envelope with reports of errors.") from None


def _event(request: HttpRequest, exceptions: list[dict[str, Any]]) -> Event:
    event = {
        "platform": "javascript",
        "level": "error",
        "transaction": _name(request.GET.get("route")) or NO_ROUTE,
        "exception": {"values": exceptions},
        "tags": {"browser": name_of(request.headers.get("User-Agent", "")[:300])},
    }
    return cast(Event, event)  # whose type knows no platform but Python


def _exceptions(event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for value in _mappings(event.get("exception"), "values"):
        frames = [*_frames(value)][-MAX_FRAMES:]
        if frames and (kind := _name(value.get("type"))):
            yield {"type": kind, "mechanism": {"type": "generic"}, "stacktrace": {"frames": frames}}


def _frames(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for frame in _mappings(value.get("stacktrace"), "frames"):
        if script := re.search(
            re.escape(settings.STATIC_URL) + r"[\w./-]{1,200}$", str(frame.get("filename"))
        ):
            numbers = {name: frame[name] for name in ("lineno", "colno") if type(frame.get(name)) is int}
            function = _name(frame.get("function")) or "?"
            yield {"filename": script[0], "function": function, "in_app": True, **numbers}


def _mappings(holder: object, name: str) -> Iterator[Mapping[str, Any]]:
    listed = holder.get(name) if isinstance(holder, dict) else None
    yield from (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and NAME.fullmatch(value) else None
