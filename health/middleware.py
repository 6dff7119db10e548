"""Load balancers and Prometheus ask an instance by its own address, which ALLOWED_HOSTS cannot list."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from health.access import sent_token


@sync_and_async_middleware
def any_host(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Skip the check of the Host header for health routes, which do not use it, and for who has the token."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = await get_response(_accept_any_host(request))
            return response

        return asynchronous
    return lambda request: get_response(_accept_any_host(request))


def _accept_any_host(request: HttpRequest) -> HttpRequest:
    is_health = request.path == "/health" or request.path.startswith("/health/")
    if is_health or (request.path == "/metrics" and sent_token(request) == "right"):
        request.get_host = lambda: "health"  # type: ignore[method-assign]
    return request
