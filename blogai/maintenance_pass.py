"""How staff get past maintenance mode: a signed cookie, so that nobody's session is looked up to refuse them.

A browser gets it with whatever page of STAFF_PATHS its staff account opens while Blog AI is closed. It grants
nothing else: behind it, every page asks who it is as always.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

STAFF_PATHS = ("/sign-in", "/sign-out", "/admin")
"""As paths start: where staff sign in, and work."""
COOKIE = f"{settings.COOKIE_PREFIX}maintenance_pass"
SALT = "blogai.maintenance_pass"
VALID_FOR = 12 * 3600
"""Seconds."""


def has_pass(request: HttpRequest) -> bool:
    """Asks no database."""
    return request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=VALID_FOR) == "staff"


def give_pass(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The response, with a pass if its reader is staff and has none."""
    if response.status_code >= 500 or not request.path.startswith(STAFF_PATHS) or has_pass(request):
        return response
    if getattr(getattr(request, "user", None), "is_staff", False):
        response.set_signed_cookie(
            COOKIE,
            "staff",
            salt=SALT,
            max_age=VALID_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
