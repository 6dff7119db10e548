"""Staff without a second factor reach only the pages that set one up, from their first sign-in on."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import sync_and_async_middleware

from accounts import second_factor as factors
from accounts.ratelimit import NOT_COUNTED, WITHOUT_SESSION
from blogai.core.errors import SecondFactorRequired
from blogai.views import reply_for, wants_json

OPEN = (
    *("/settings/security", "/settings/email", "/confirm-email", "/sign-in-again", "/sign-out"),
    *(*NOT_COUNTED, *WITHOUT_SESSION),
)
"""As paths start: what setting one up takes, and what knows nobody."""

type Handler = Callable[[HttpRequest], Any]


@sync_and_async_middleware
def second_factor(get_response: Handler) -> Handler:
    """Asks who it is, which the view does again for nothing: the request keeps its user."""

    def applies_to(request: HttpRequest) -> bool:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        closed = request.path_info != "/settings" and not request.path_info.startswith(OPEN)
        return settings.STAFF_SECOND_FACTOR and signed_in and closed

    if iscoroutinefunction(get_response):
        refused = sync_to_async(_refused)

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            refusal = await refused(request) if applies_to(request) else None
            response: HttpResponseBase = refusal or await get_response(request)
            return response

        return asynchronous
    return lambda request: (_refused(request) if applies_to(request) else None) or get_response(request)


def _refused(request: HttpRequest) -> HttpResponseBase | None:
    if not factors.is_missing(request.user):
        return None
    if wants_json(request) or "HX-Request" in request.headers:
        return reply_for(SecondFactorRequired(factors.SENTENCE), request)
    return redirect("mfa_index")
