"""The pages for no connection, terms and privacy, and the replies for all errors."""

import hashlib
import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SynchronousOnlyOperation
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from accounts.models import User
from billing import quotas
from blogai.api import error_for, problem, seconds_to_wait, set_headers
from blogai.core.db import release_connections
from blogai.core.errors import BlogAIError, Malformed, NotFound, PermissionDenied, RateLimited, Unavailable

UNASKABLE = (BlogAIError, DatabaseError, InterfaceError, SynchronousOnlyOperation)
"""What is raised while the database cannot be asked, as it cannot be in the event loop."""
HIDDEN_FIELDS = ("form", "next")
"""Fields of a form that the user did not type."""
JSON_PATHS = (*settings.API_PATHS, "/health", "/metrics", "/openapi.json", "/webhooks/", "/ws/")
"""Paths where errors are always problem+json. Elsewhere it depends on the client."""


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that browsers cache and show while they are offline."""
    return HttpResponse(_offline_page())


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that caches the offline page. It changes with the page, so that browsers update both."""
    version = hashlib.sha256(_offline_page().encode()).hexdigest()[:16]
    script = render_to_string("blogai/service-worker.js", {"version": version})
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def _offline_page() -> str:
    return render_to_string("blogai/offline.html")


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "blogai/terms.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "blogai/privacy.html")


def reply_for(error: BlogAIError, request: HttpRequest) -> HttpResponse:
    """The error as problem+json for programs, and as a page or a fragment for people."""
    if wants_json(request):
        return problem(error, request)
    if "HX-Request" in request.headers:
        return error_fragment(error, request)
    return error_page(error, request, **(_typed(request) if _is_worth_sending_again(error, request) else {}))


def error_page(error: BlogAIError, request: HttpRequest, **more: object) -> HttpResponse:
    """The error as a page. Rendered without a request context, which would query the database unasked."""
    return _render_error(error, request, "blogai/error.html", {**_header(error, request), **more})


def _header(error: BlogAIError, request: HttpRequest) -> dict[str, object]:
    """What the page's header needs: the reader, if they are signed in and the database can say so."""
    if isinstance(error, Unavailable | RateLimited):
        return {"knows_reader": False}
    try:
        user = getattr(request, "user", None)
        if not isinstance(user, User):
            return {"knows_reader": True}
        return {
            "knows_reader": True,
            "request": request,
            "user": user,
            "usage": quotas.usage(user),
            "csrf_token": get_token(request),
        }
    except UNASKABLE:
        return {"knows_reader": False}
    finally:
        release_connections()  # Django renders the pages of its own errors in a thread of their own


def error_fragment(error: BlogAIError, request: HttpRequest) -> HttpResponse:
    """The error as a toast, for htmx, which would otherwise insert a whole page into an element."""
    response = _render_error(error, request, "blogai/_error.html", {})
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    return response


def _render_error(
    error: BlogAIError, request: HttpRequest, template: str, more: dict[str, object]
) -> HttpResponse:
    context = {
        "error": error,
        "wait": seconds_to_wait(error),
        "request_id": getattr(request, "request_id", ""),
        "path": request.get_full_path() if request.method in {"GET", "HEAD"} else "",
        **more,
    }
    response = HttpResponse(render_to_string(template, context), status=error.status)
    response["Cache-Control"] = "no-store"
    set_headers(response, error, allowed=error.extra.get("allow"))
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return reply_for(error_for(exception) or Malformed(), request)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return reply_for(error_for(exception) or PermissionDenied(), request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return reply_for(NotFound("There’s nothing at this address."), request)


def server_error(request: HttpRequest) -> HttpResponse:
    """A reply that reveals nothing but the request's id; Django has logged the exception.

    Exceptions raised by middleware get here too, so a database that is down must still be a 503.
    """
    exception = sys.exc_info()[1]
    unexpected = BlogAIError("We’ve logged the error. Try again in a moment.")
    known = error_for(exception) if exception else None
    return reply_for(known or unexpected, request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page with everything that was typed, to be copied or, if it came from our own page, sent again."""
    if not _is_same_origin(request):
        sentence = "This came from another site, so we did nothing. Open the page here and use its form."
        return reply_for(PermissionDenied(sentence), request)
    error = PermissionDenied(
        "You signed in or out in another tab, or this browser blocks cookies. Nothing was changed."
    )
    if wants_json(request) or "HX-Request" in request.headers:
        return reply_for(error, request)
    return error_page(error, request, csrf=True, **_typed(request))


def _is_worth_sending_again(error: BlogAIError, request: HttpRequest) -> bool:
    """Whether a form of ours failed for a reason that passes."""
    return (
        request.method == "POST" and isinstance(error, RateLimited | Unavailable) and _is_of_our_page(request)
    )


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def _is_of_our_page(request: HttpRequest) -> bool:
    """Django's CSRF check: a request that was refused early has not been through it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    check = _CsrfCheck(lambda request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda request: HttpResponse(), (), {}) is None


def _typed(request: HttpRequest) -> dict[str, object]:
    """What a form of ours sent, for a page that offers to send it again; nothing of one with a password."""
    more: dict[str, object] = {"again": request.path, "csrf_token": get_token(request)}
    if not any("password" in name for name in request.POST):
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
        more["typed"] = [
            (name, "" if name in HIDDEN_FIELDS else name.replace("_", " ").capitalize(), value)
            for name, value in sent
            if name != "csrfmiddlewaretoken"
        ]
    return more


def _is_same_origin(request: HttpRequest) -> bool:
    """Whether the form was on one of our own pages, according to the browser."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.get_host()


def wants_json(request: HttpRequest) -> bool:
    if request.path.startswith(JSON_PATHS) or "X-API-Key" in request.headers:
        return True
    if request.content_type == "application/json":
        return True
    kinds = ["text/html", "application/problem+json", "application/json"]
    return request.get_preferred_type(kinds) not in {"text/html", None}
