"""Pages that help to set Blog AI up. Outside development there is nothing at their addresses."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from blogai.core.errors import NotFound
from blogai.environment import variables_set

type View = Callable[[HttpRequest], HttpResponse]


class DeliberateError(Exception):
    """Nothing is broken: it shows whether errors arrive in the log, and in Sentry."""


def development_only(view: View) -> View:
    @csrf_exempt  # neither changes anything, and a refusal would tell that there is something
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if not settings.DEVELOPMENT:
            raise NotFound("There’s nothing at this address.")
        return view(request)

    return answer


@development_only
@require_safe
def debug_sentry(request: HttpRequest) -> HttpResponse:
    raise DeliberateError("This error was asked for at /debug-sentry.")


@development_only
@require_safe
def config_status(request: HttpRequest) -> HttpResponse:
    """Which variables are set, and nothing about their values."""
    body = {"environment": settings.ENVIRONMENT, "variables": dict(sorted(variables_set.items()))}
    return JsonResponse(body, headers={"Cache-Control": "no-store"})
