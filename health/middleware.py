"""Probes ask an instance by its own address, which no list of hosts can hold."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def any_host(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Health routes, which make no use of the Host header, are answered whatever it says."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = await get_response(_freed(request))
            return response

        return asynchronous
    return lambda request: get_response(_freed(request))


def _freed(request: HttpRequest) -> HttpRequest:
    if request.path == "/health" or request.path.startswith("/health/"):
        request.get_host = lambda: "health"  # type: ignore[method-assign]
    return request
