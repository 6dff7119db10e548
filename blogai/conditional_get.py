"""Middleware: every GET of the API has an ETag, and a client that has the reply already gets a 304."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from blogai.core import etag
from blogai.core.errors import PreconditionFailed
from blogai.views import reply_for

KEPT_HEADERS = ("Cache-Control", "Content-Location", "ETag", "Vary")
"""What a 304 repeats of the reply that it stands for (RFC 9110, section 15.4.5)."""


@sync_and_async_middleware
def conditional_get(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            return _answer(request, await get_response(request))

        return asynchronous
    return lambda request: _answer(request, get_response(request))


def _answer(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not isinstance(response, HttpResponse) or not _has_versions(request, response):
        return response
    tag = response.headers["ETag"] = etag.of(response.content)
    try:
        etag.require_match(request, lambda: tag)
    except PreconditionFailed as error:
        return reply_for(error, request)
    if not etag.is_known(request, tag):
        return response
    not_modified = HttpResponseNotModified()
    not_modified.cookies = response.cookies
    for name in KEPT_HEADERS:
        if name in response.headers:
            not_modified.headers[name] = response.headers[name]
    return not_modified


def _has_versions(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether this is a whole reply to a GET of the API or of its description."""
    return (
        response.status_code == 200
        and request.method in ("GET", "HEAD")
        and (request.path.startswith(settings.API_PATHS) or request.path == "/openapi.json")
    )
