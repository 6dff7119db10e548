"""Load balancers probe an instance by its own address, which ALLOWED_HOSTS cannot list."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def any_host(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Skip the check of the Host header for health routes, which do not use it."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = await get_response(_accept_any_host(request))
            return response

        return asynchronous
    return lambda request: get_response(_accept_any_host(request))


def _accept_any_host(request: HttpRequest) -> HttpRequest:
    if request.path == "/health" or request.path.startswith("/health/"):
        request.get_host = lambda: "health"  # type: ignore[method-assign]
    return request
