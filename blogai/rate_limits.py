"""Counts requests for pages, and tells every client in headers how much is left to it.

What is counted, and how, says `accounts.ratelimit`; requests to the API are counted there too, once their
caller is known.
"""

from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from accounts import ratelimit
from accounts.ratelimit import Counted, whole_seconds
from blogai.api import error_for
from blogai.core.db import OUTAGES
from blogai.core.errors import RateLimited, Unavailable
from blogai.core.ratelimit.base import DAY, HOUR, Limit
from blogai.views import reply_for

WARNING = "RATE_LIMIT_ENABLED is false: anybody can send any number of requests."
SUFFIXES = {HOUR: "-hour", DAY: "-day"}
"""A policy's name must be its own, while a scope may have a limit a minute and one an hour."""

type Handler = Callable[[HttpRequest], Any]


@sync_and_async_middleware
def rate_limits(get_response: Handler) -> Handler:
    """Refuses requests for pages over their limit, and sets the headers of every counted request."""

    def applies_to(request: HttpRequest) -> bool:
        return settings.RATE_LIMIT_ENABLED and ratelimit.is_page(request)

    if iscoroutinefunction(get_response):
        # In the request's own thread, where its view will run too: a page costs no second one.
        refused = sync_to_async(_refused)

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            refusal = await refused(request) if applies_to(request) else None
            return _with_headers(refusal or await get_response(request), request)

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        refusal = _refused(request) if applies_to(request) else None
        return _with_headers(refusal or get_response(request), request)

    return synchronous


def headers_of(counted: Counted) -> Mapping[str, str]:
    """The usual X-RateLimit headers, and the fields of draft-ietf-httpapi-ratelimit-headers-10.

    They are about the limit that is nearest; `RateLimit-Policy` names all that the request was counted in.
    """
    decision = counted.decision
    reset = whole_seconds(decision.reset_after)
    return {
        "X-RateLimit-Limit": str(decision.limit.rate.count),
        "X-RateLimit-Remaining": str(decision.remaining),
        "X-RateLimit-Reset": str(reset),
        "RateLimit-Policy": ", ".join(map(_policy, counted.limits)),
        "RateLimit": f'"{_name(decision.limit)}";r={decision.remaining};t={reset}',
    }


def _refused(request: HttpRequest) -> HttpResponseBase | None:
    """The reply to a request for a page over its limit, or for which the session cannot be looked up."""
    try:
        ratelimit.count_page(request)
    except (RateLimited, *OUTAGES) as exception:
        return reply_for(error_for(exception) or Unavailable(), request)
    return None


def _policy(limit: Limit) -> str:
    return f'"{_name(limit)}";q={limit.rate.count};w={limit.rate.period:.0f}'


def _name(limit: Limit) -> str:
    return limit.scope + SUFFIXES.get(limit.rate.period, "")


def _with_headers(response: HttpResponseBase, request: HttpRequest) -> HttpResponseBase:
    if counted := ratelimit.noted(request):
        for name, value in headers_of(counted).items():
            response[name] = value
        if response.status_code == 429 and not counted.decision.admitted:
            response["Retry-After"] = str(max(1, whole_seconds(counted.decision.retry_after)))
    return response
