"""Operations of the API that will go: the headers of their replies, and their mark in /openapi.json.

To deprecate one, add it to DEPRECATED. Everything else follows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.formats import date_format
from django.utils.http import http_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """Since when an operation should not be used, when it goes, and where one reads what to use instead."""

    since: datetime
    sunset: datetime | None = None
    link: str

    def headers(self) -> dict[str, str]:
        """Deprecation (RFC 9745), Sunset (RFC 8594), and Link."""
        headers = {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Link": f'<{self.link}>; rel="deprecation"; type="text/html"',
        }
        if self.sunset is not None:
            headers["Sunset"] = http_date(self.sunset.timestamp())
            headers["Link"] += f', <{self.link}>; rel="sunset"; type="text/html"'
        return headers


DEPRECATED: dict[tuple[str, str], Deprecation] = {}
"""By method and path, as in /openapi.json: ("GET", "/api/v1/runs/{run_id}"). Nothing is, today."""


@sync_and_async_middleware
def deprecation(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Puts the headers on every reply of a deprecated operation, errors included."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            return _marked(request, await get_response(request))

        return asynchronous
    return lambda request: _marked(request, get_response(request))


def mark_deprecated(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The same in the description."""
    for (method, path), found in DEPRECATED.items():
        operation = result["paths"][path][method.lower()]
        operation["deprecated"] = True
        goes = f" and will be removed on {date_format(found.sunset)}" if found.sunset else ""
        note = f"Deprecated since {date_format(found.since)}{goes}: [what to use instead]({found.link})."
        operation["description"] = f"{note}\n\n{operation.get('description', '')}".strip()
    return result


def _marked(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if DEPRECATED and request.resolver_match is not None:
        method = "GET" if request.method == "HEAD" else request.method or ""
        path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", request.resolver_match.route)
        if found := DEPRECATED.get((method, path)):
            for name, value in found.headers().items():
                response.headers[name] = value
    return response
