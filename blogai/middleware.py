"""Our middleware: request ids, error replies, maintenance mode and static files.

Each works both synchronously and asynchronously, so that under ASGI no request holds a thread while it waits.
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
from blogai.body_limit import TOO_LARGE, limit_for, sentence_for
from blogai.core.errors import BlogAIError, Maintenance, Malformed, MethodNotAllowed, PayloadTooLarge
from blogai.maintenance import state
from blogai.maintenance_pass import STAFF_PATHS, give_pass, has_pass
from blogai.views import reply_for

REASSURANCE = "Posts keep being written meanwhile."
EXEMPT_PATHS = ("/health", "/metrics", "/status")
VALID_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")

type Handler = Callable[[HttpRequest], Any]
type Before = Callable[[HttpRequest], HttpResponseBase | None]
type After = Callable[[HttpRequest, HttpResponseBase], HttpResponseBase]


@sync_and_async_middleware
def request_id(get_response: Handler) -> Handler:
    """Sets `request.request_id` and the reply's X-Request-ID, from the request's header if that is valid."""

    def before(request: HttpRequest) -> None:
        sent = request.headers.get("X-Request-ID", "")
        request.request_id = sent if VALID_ID.fullmatch(sent) else uuid4().hex  # type: ignore[attr-defined]

    def after(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response

    return _wrap(get_response, before, after)


@sync_and_async_middleware
def problems(get_response: Handler) -> Handler:
    """Turns errors into problem+json for programs and pages for people; `views.reply_for` decides which.

    Unexpected errors are left to Django, which logs them with a traceback and calls `views.server_error`.
    """

    def before(request: HttpRequest) -> HttpResponseBase | None:
        error = _early_error(request)
        return reply_for(error, request) if error else None

    def after(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 405 and isinstance(response, HttpResponse) and not response.content:
            allow = response.headers.get("Allow", "")
            sentence = f"{request.method} isn’t allowed here. Use {allow or 'another address'}."
            return reply_for(MethodNotAllowed(sentence, allow=allow), request)
        return response

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        error = error_for(exception)
        return reply_for(error, request) if error else None

    middleware = _wrap(get_response, before, after)
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


@sync_and_async_middleware
def maintenance(get_response: Handler) -> Handler:
    """Rejects requests in maintenance mode, except those for health, metrics and the status page.

    Staff can sign in and get a pass, with which they reach everything. Whoever has none costs no query.
    """

    def refused(request: HttpRequest) -> HttpResponseBase | None:
        if request.path.startswith(STAFF_PATHS) or has_pass(request):
            return None
        sentence = f"{state.closure.sentence} {REASSURANCE}"
        return reply_for(Maintenance(sentence, retry_after=state.closure.retry_after), request)

    def applies_to(request: HttpRequest) -> bool:
        return not request.path.startswith(EXEMPT_PATHS)

    if iscoroutinefunction(get_response):
        with_pass = sync_to_async(give_pass)

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            closed = applies_to(request) and await state.ais_on()
            refusal = refused(request) if closed else None
            response: HttpResponseBase = refusal or await get_response(request)
            return await with_pass(request, response) if closed and not refusal else response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        closed = applies_to(request) and state.is_on()
        refusal = refused(request) if closed else None
        response = refusal or get_response(request)
        return give_pass(request, response) if closed and not refusal else response

    return synchronous


@sync_and_async_middleware
def static_files(get_response: Handler) -> Handler:
    """Serves static files with WhiteNoise. It is sync only, so other requests bypass it."""
    whitenoise = WhiteNoiseMiddleware(_nothing)

    def find(request: HttpRequest) -> HttpResponseBase | None:
        response = whitenoise(request)
        if response is None:
            return None
        # Read completely, since Django warns about synchronous iterators under ASGI. The largest has 1.5 MB.
        whole = HttpResponse(b"".join(response), status=response.status_code)
        whole.headers = response.headers
        if file := getattr(response, "file_to_stream", None):
            file.close()  # not the response, since closing that would finish the request
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


def _early_error(request: HttpRequest) -> BlogAIError | None:
    """The error for a request that no view should see: its body is too large, or it contains NUL."""
    if getattr(request, "scope", {}).get(TOO_LARGE) or _announced(request) > limit_for(request.path):
        return PayloadTooLarge(sentence_for(request.path))
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return Malformed("The URL contains a NUL character.")
    return None


def _announced(request: HttpRequest) -> int:
    """The size of the body, as its sender says."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def _wrap(get_response: Handler, before: Before, after: After) -> Handler:
    """A sync or async middleware made of functions that neither wait nor use the database."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            return after(request, before(request) or await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        return after(request, before(request) or get_response(request))

    return synchronous
