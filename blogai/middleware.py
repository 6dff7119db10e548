"""Around every request: its id, static files, and errors as replies that a person or a program can use.

Each works in both of Django's modes, so that under ASGI no request holds a thread while it waits.
"""

import re
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any
from uuid import uuid4

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

from blogai.api import error_for
from blogai.body_limit import TOO_LARGE
from blogai.core.errors import BlogAIError, Maintenance, Malformed, MethodNotAllowed, PayloadTooLarge
from blogai.maintenance import sign
from blogai.views import reply_for

CLOSED = "Blog AI is being worked on and will be back soon. Posts that are being written go on meanwhile."
CLOSED_SECONDS = 60
FOR_OPERATORS = ("/health", "/metrics")
SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")

type Handler = Callable[[HttpRequest], Any]
type Before = Callable[[HttpRequest], HttpResponseBase | None]
type After = Callable[[HttpRequest, HttpResponseBase], HttpResponseBase]


@sync_and_async_middleware
def request_id(get_response: Handler) -> Handler:
    """`request.request_id` and the X-Request-ID of the reply: the one that came, when it is sane."""

    def before(request: HttpRequest) -> None:
        sent = request.headers.get("X-Request-ID", "")
        request.request_id = sent if SANE_ID.fullmatch(sent) else uuid4().hex  # type: ignore[attr-defined]

    def after(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response

    return _around(get_response, before, after)


@sync_and_async_middleware
def problems(get_response: Handler) -> Handler:
    """Errors become problem+json for programs and a page for people; `views.reply_for` decides which.

    What nobody expected is left to Django: it logs it once with its traceback and calls `views.server_error`.
    """

    def before(request: HttpRequest) -> HttpResponseBase | None:
        error = _refused_unread(request)
        return reply_for(error, request) if error else None

    def after(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 405 and isinstance(response, HttpResponse) and not response.content:
            allow = response.headers.get("Allow", "")
            sentence = f"{request.method} is not possible here. What is: {allow or 'nothing'}."
            return reply_for(MethodNotAllowed(sentence, allow=allow), request)
        return response

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        error = error_for(exception)
        return reply_for(error, request) if error else None

    middleware = _around(get_response, before, after)
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


@sync_and_async_middleware
def maintenance(get_response: Handler) -> Handler:
    """While there is maintenance nobody comes in; health and metrics, which operators ask, still answer."""

    def refused(request: HttpRequest) -> HttpResponseBase:
        return reply_for(Maintenance(CLOSED, retry_after=CLOSED_SECONDS), request)

    def concerned(request: HttpRequest) -> bool:
        return not request.path.startswith(FOR_OPERATORS)

    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            if concerned(request) and await sign.soon_says_closed():
                return refused(request)
            response: HttpResponseBase = await get_response(request)
            return response

        return asynchronous
    return lambda request: (
        refused(request) if concerned(request) and sign.says_closed() else get_response(request)
    )


@sync_and_async_middleware
def static_files(get_response: Handler) -> Handler:
    """WhiteNoise's files. All else passes it by: it is sync only, and what is below would hold a thread."""
    whitenoise = WhiteNoiseMiddleware(_nothing)

    def find(request: HttpRequest) -> HttpResponseBase | None:
        response = whitenoise(request)
        if response is None:
            return None
        # Read whole: ASGI would warn of a file that is iterated synchronously. The largest is 1.5 MB.
        whole = HttpResponse(b"".join(response), status=response.status_code)
        whole.headers = response.headers
        if file := getattr(response, "file_to_stream", None):
            file.close()  # not the response: Django would take the request for finished
        return whole

    def is_static(request: HttpRequest) -> bool:
        return request.path_info.startswith(settings.STATIC_URL)

    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            found = await sync_to_async(find, thread_sensitive=False)(request) if is_static(request) else None
            return found or await get_response(request)

        return asynchronous
    return lambda request: (find(request) if is_static(request) else None) or get_response(request)


def _nothing(request: HttpRequest) -> None:
    return None


def _refused_unread(request: HttpRequest) -> BlogAIError | None:
    """What no view should see: a body that was cut off, and NUL, which Postgres cannot take."""
    if getattr(request, "scope", {}).get(TOO_LARGE):
        return PayloadTooLarge("The body of the request is larger than 1 MB.")
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return Malformed("The address has a NUL character.")
    return None


def _around(get_response: Handler, before: Before, after: After) -> Handler:
    """A middleware of either kind from plain functions that neither wait nor touch the database."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            return after(request, before(request) or await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        return after(request, before(request) or get_response(request))

    return synchronous
