"""Counts and times requests by the name of their route: paths name posts, and there is no end of them.

What is refused before Django (bodies and headers that are too large) is not counted, nor are sockets.
"""

import asyncio
from collections.abc import Callable
from inspect import iscoroutinefunction
from time import perf_counter
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from prometheus_client import Counter, Histogram

from health.registry import REGISTRY

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CLIENT_GONE = 499
"""As nginx calls it: nobody waits for the reply any more."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)
"""Seconds. The thresholds of docker/monitoring/alerts.yml are among them."""

requests = Counter(
    "blogai_http_requests",
    'Requests by the name of their route, "none" where there is none.',
    ["route", "method", "status"],
    registry=REGISTRY,
)
seconds = Histogram(
    "blogai_http_request_seconds",
    "Time until the reply began; a stream or a long body takes longer.",
    ["route", "method"],
    buckets=BUCKETS,
    registry=REGISTRY,
)


@sync_and_async_middleware
def count_requests(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Neither waits nor uses the database."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            start = perf_counter()
            try:
                response: HttpResponseBase = await get_response(request)
            except asyncio.CancelledError:
                _count(request, CLIENT_GONE, start)
                raise
            _count(request, response.status_code, start)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        start = perf_counter()
        response: HttpResponseBase = get_response(request)
        _count(request, response.status_code, start)
        return response

    return synchronous


def _count(request: HttpRequest, status: int, start: float) -> None:
    route = request.resolver_match.view_name if request.resolver_match else "none"
    method = request.method if request.method in METHODS else "other"
    requests.labels(route, method, status).inc()
    seconds.labels(route, method).observe(perf_counter() - start)
