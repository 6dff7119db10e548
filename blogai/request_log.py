"""One line of the log for each request, and two for each WebSocket: opened and closed.

None has the path, which may hold a token. Static files get theirs at DEBUG, and plain requests of
/health/live none (`blogai.liveness`).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from inspect import iscoroutinefunction
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from blogai.core import tracing
from blogai.core.client_address import address_of_scope
from blogai.logs import asked

log = structlog.get_logger(__name__)

CLIENT_LEFT = 499
"""The status where the client left before there was a reply, as in nginx's logs."""
NORMAL_CLOSURE, ABNORMAL_CLOSURE = 1000, 1006
NO_ROUTE = "none"
UNTRACED = ("/health", "/metrics", settings.STATIC_URL)
"""How the paths begin that are asked too often to be traced."""

type Message = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


@sync_and_async_middleware
def request_log(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Log each request once its reply is made, or, if it is streamed, once it has been sent."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            start = time.perf_counter()
            with _own_context(request), _span(request) as add:
                try:
                    response: HttpResponseBase = await get_response(request)
                except asyncio.CancelledError:
                    _log(request, CLIENT_LEFT, start)
                    raise
                add(_outcome(request, response))
                _log_reply(request, response, start)
                return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        start = time.perf_counter()
        with _own_context(request), _span(request) as add:
            response: HttpResponseBase = get_response(request)
            add(_outcome(request, response))
            _log_reply(request, response, start)
            return response

    return synchronous


def route_of(request: HttpRequest) -> str:
    """The name of the request's route."""
    return request.resolver_match.view_name if request.resolver_match else NO_ROUTE


@contextmanager
def _own_context(request: HttpRequest) -> Iterator[None]:
    """Every line that is written meanwhile has the request's id."""
    before = get_contextvars()
    clear_contextvars()
    bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        clear_contextvars()
        bind_contextvars(**before)


def _span(request: HttpRequest) -> AbstractContextManager[tracing.AddAttributes]:
    """The request as a span, up to its reply; how long a stream then takes is only in the log."""
    if not tracing.tracers or request.path_info.startswith(UNTRACED):
        return nullcontext(_not_traced)
    return tracing.span("request", "server", {})


def _not_traced(more: tracing.Attributes) -> None:
    pass


def _outcome(request: HttpRequest, response: HttpResponseBase) -> tracing.Attributes:
    return {
        "http.request.method": request.method or "",
        "http.route": route_of(request),
        "http.response.status_code": response.status_code,
    }


def _log_reply(request: HttpRequest, response: HttpResponseBase, start: float) -> None:
    if not response.streaming:
        _log(request, response.status_code, start)
        return
    close, bound = response.close, get_contextvars()

    def close_and_log() -> None:
        close()
        _log(request, response.status_code, start, **bound)

    response.close = close_and_log  # type: ignore[method-assign] # which Django calls however the reply ends


def _log(request: HttpRequest, status: int, start: float, **bound: object) -> None:
    static = request.path_info.startswith(settings.STATIC_URL)
    named = request.resolver_match.kwargs.get("run_id") if request.resolver_match else None
    fields: dict[str, object] = {
        **bound,
        **({"run_id": named} if named else {}),
        **asked(request),
        "route": route_of(request),
        "method": request.method,
        "status": status,
        "duration_ms": _since(start),
    }
    (log.debug if static else log.info)("request", **fields)


class SocketLog:
    """Logs the sockets of an ASGI application. Consumers bind who has signed in (`structlog.contextvars`)."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        clear_contextvars()
        bind_contextvars(request_id=uuid4().hex, route=NO_ROUTE)
        if address := address_of_scope(scope):
            bind_contextvars(address=address)
        start, close_codes = time.perf_counter(), list[int]()
        try:
            await self.application(
                scope, partial(_receive, receive, close_codes), partial(_send, send, close_codes)
            )
        finally:
            code = close_codes[0] if close_codes else ABNORMAL_CLOSURE
            log.info("socket closed", close_code=code, duration_ms=_since(start))


async def _receive(receive: Receive, close_codes: list[int]) -> Message:
    message: Message = await receive()
    if message["type"] == "websocket.disconnect":
        close_codes.append(message.get("code") or ABNORMAL_CLOSURE)
    return message


async def _send(send: Send, close_codes: list[int], message: Message) -> None:
    if message["type"] == "websocket.accept":
        log.info("socket opened")
    elif message["type"] == "websocket.close":
        close_codes.append(message.get("code") or NORMAL_CLOSURE)
    await send(message)


def _since(start: float) -> float:
    """Milliseconds."""
    return round((time.perf_counter() - start) * 1000, 1)
