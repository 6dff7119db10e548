"""The first page, and every error as a page or a problem."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from blogai.api import error_for, problem, seconds_to_wait, set_headers
from blogai.errors import BlogAIError, Malformed, NotFound, PermissionDenied

API_PATHS = ("/api/", "/generate-blog", "/health", "/openapi.json", "/ws/")
"""Where errors are always problem+json. Anywhere else it depends on what the client prefers."""


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "blogai/landing.html", {"base_url": request.build_absolute_uri("/").rstrip("/")})


def reply_for(error: BlogAIError, request: HttpRequest) -> HttpResponse:
    """The error as the client can use it: problem+json for programs, a page for people."""
    return problem(error, request) if _wants_json(request) else error_page(error, request)


def error_page(error: BlogAIError, request: HttpRequest) -> HttpResponse:
    """Without the request's context: a page about a lost database must not ask it who is signed in."""
    context = {
        "error": error,
        "wait": seconds_to_wait(error),
        "request_id": getattr(request, "request_id", ""),
    }
    response = HttpResponse(render_to_string("blogai/error.html", context), status=error.status)
    response["Cache-Control"] = "no-store"
    set_headers(response, error, allowed=error.extra.get("allow"))
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return reply_for(error_for(exception) or Malformed(), request)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return reply_for(error_for(exception) or PermissionDenied(), request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return reply_for(NotFound("There is nothing at this address."), request)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django has logged the exception; the reply says no more than that it happened, and its id.

    Errors of middleware come here too, so a lost database is still a 503.
    """
    exception = sys.exc_info()[1]
    unexpected = BlogAIError("The error is logged under the request's id. Trying again may help.")
    known = error_for(exception) if exception else None
    return reply_for(known or unexpected, request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = "The page was open too long, or the request came from another site. Reload it and try again."
    return reply_for(PermissionDenied(sentence), request)


def _wants_json(request: HttpRequest) -> bool:
    if request.path.startswith(API_PATHS) or "X-API-Key" in request.headers:
        return True
    if request.content_type == "application/json":
        return True
    kinds = ["text/html", "application/problem+json", "application/json"]
    return request.get_preferred_type(kinds) not in {"text/html", None}
