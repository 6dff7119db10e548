"""Middleware that keeps what belongs to one person out of shared caches, and out of the browser's history."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

CREDENTIALS = ("Authorization", "X-API-Key", "Cookie")

type Handler = Callable[[HttpRequest], Any]


@sync_and_async_middleware
def private_replies(get_response: Handler) -> Handler:
    """Sets Cache-Control and Vary where a reply depends on who asks, unless the view has done so."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            return _marked(request, await get_response(request))

        return asynchronous
    return lambda request: _marked(request, get_response(request))


def _marked(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not response.has_header("Cache-Control") and (policy := _policy(request, response)):
        response["Cache-Control"] = policy
    if "private" in response.headers.get("Cache-Control", ""):
        patch_vary_headers(response, CREDENTIALS)
    return response


def _policy(request: HttpRequest, response: HttpResponseBase) -> str | None:
    if request.path.startswith(settings.API_PATHS):
        return "private, no-cache"  # a client may keep it, and asks with its ETag whether it is still right
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return "no-store"  # after signing out, Back must not show it
    keyed = "Authorization" in request.headers or "X-API-Key" in request.headers
    return "private, no-cache" if keyed or response.cookies else None
