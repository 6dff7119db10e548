"""Django's middlewares, called in the event loop. Imported by `asgi` alone.

Under ASGI Django calls each of them in a thread, before the view and after it. For eight that is three
milliseconds of processor time a request, and what they do takes microseconds: they look at headers and
cookies. Two may ask the database, when a session or messages are to be stored; they get their thread then.
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
from django.middleware.security import SecurityMiddleware
from django.utils.deprecation import MiddlewareMixin


def _never(request: HttpRequest) -> bool:
    return False


def _session_changed(request: HttpRequest) -> bool:
    return bool(request.session.modified)


def _messages_changed(request: HttpRequest) -> bool:
    messages = request._messages  # type: ignore[attr-defined] # its own name for it
    return bool(messages.used or messages.added_new)


STORES: dict[type[MiddlewareMixin], Callable[[HttpRequest], bool]] = {
    SecurityMiddleware: _never,
    ContentSecurityPolicyMiddleware: _never,
    SessionMiddleware: _session_changed,
    CommonMiddleware: _never,
    CsrfViewMiddleware: _never,
    AuthenticationMiddleware: _never,
    MessageMiddleware: _messages_changed,
    XFrameOptionsMiddleware: _never,
}
"""When what each does behind the view needs the database."""


def install() -> None:
    """From now on. Django has no setting for it."""
    for middleware in STORES:
        middleware.__acall__ = _call  # type: ignore[method-assign]


async def _call(self: MiddlewareMixin, request: HttpRequest) -> HttpResponseBase:
    before: Any = getattr(self, "process_request", None)
    after: Any = getattr(self, "process_response", None)
    response: Any = before(request) if before else None
    response = response or await cast(Awaitable[HttpResponseBase], self.get_response(request))
    if after is not None and STORES[type(self)](request):
        response = await sync_to_async(after)(request, response)
    elif after is not None:
        response = after(request, response)
    return cast(HttpResponseBase, response)
