"""Runs Django's middleware in the event loop. Imported only by `asgi`.

Under ASGI, Django runs each of them in a thread, before and after the view. With eight of them that costs
three milliseconds of CPU time per request, although they only look at headers and cookies, which takes
microseconds. Two of them may need the database, to store the session or messages; only then do they run in a
thread.
"""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin

from blogai.https import Security


def _never(request: HttpRequest) -> bool:
    return False


def _session_changed(request: HttpRequest) -> bool:
    return bool(request.session.modified)


def _messages_changed(request: HttpRequest) -> bool:
    messages = request._messages  # type: ignore[attr-defined] # set by the middleware
    return bool(messages.used or messages.added_new)


NEEDS_DATABASE: dict[type[MiddlewareMixin], Callable[[HttpRequest], bool]] = {
    Security: _never,
    ContentSecurityPolicyMiddleware: _never,
    SessionMiddleware: _session_changed,
    CommonMiddleware: _never,
    CsrfViewMiddleware: _never,
    AuthenticationMiddleware: _never,
    MessageMiddleware: _messages_changed,
    XFrameOptionsMiddleware: _never,
}
"""Whether each middleware needs the database after the view."""


def install() -> None:
    """Replace the asynchronous call of each middleware. Django has no setting for this."""
    for middleware in NEEDS_DATABASE:
        middleware.__acall__ = _call  # type: ignore[method-assign]


async def _call(self: MiddlewareMixin, request: HttpRequest) -> HttpResponseBase:
    before: Any = getattr(self, "process_request", None)
    after: Any = getattr(self, "process_response", None)
    response: Any = before(request) if before else None
    response = response or await cast(Awaitable[HttpResponseBase], self.get_response(request))
    if after is not None and NEEDS_DATABASE[type(self)](request):
        response = await sync_to_async(after)(request, response)
    elif after is not None:
        response = after(request, response)
    return cast(HttpResponseBase, response)
