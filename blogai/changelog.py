"""`/changelog`: CHANGELOG.md as a page. The file is read when the server starts, so an image must have it."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from generation.posts.markdown import render_document

FILE = settings.BASE_DIR / "CHANGELOG.md"


def read(path: Path) -> str:
    """The text without its title, which the page has. Raises ImproperlyConfigured."""
    try:
        return path.read_text().partition("\n")[2]
    except OSError as error:
        raise ImproperlyConfigured(f"Can't read {path.name}, which /changelog shows: {error}.") from None


TEXT = read(FILE)


@require_safe
def changelog(request: HttpRequest) -> HttpResponse:
    return render(request, "blogai/changelog.html", {"html": _html()})


@cache
def _html() -> SafeString:
    return mark_safe(render_document(TEXT))  # noqa: S308 (sanitised by render_document)
