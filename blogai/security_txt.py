"""/.well-known/security.txt: where to report a vulnerability (RFC 9116)."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from blogai.core.errors import NotFound

VALID_FOR = timedelta(days=180)
"""The standard recommends less than a year, after which a reader must not rely on it."""


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    if not settings.SECURITY_CONTACT:
        raise NotFound("There’s nothing at this address.")
    fields = {
        "Contact": settings.SECURITY_CONTACT,
        "Expires": f"{datetime.now(UTC) + VALID_FOR:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages": settings.LANGUAGE_CODE,
    }
    if settings.PUBLIC_URL.startswith("https://"):  # the standard allows no other
        fields["Canonical"] = settings.PUBLIC_URL + reverse("security-txt")
    text = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=86400"},
    )
