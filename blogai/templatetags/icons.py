"""{% icon "check" %}: one of the vendored Lucide icons, inline."""

import re
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

FOLDER = Path("static/vendor/lucide")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The icon as <svg>. Without a label it is decoration: the text beside it must say what it means."""
    if label:
        return format_html('<svg {} role="img" aria-label="{}">{}</svg>', _ATTRIBUTES, label, drawing(name))
    return format_html('<svg {} aria-hidden="true">{}</svg>', _ATTRIBUTES, drawing(name))


@cache
def drawing(name: str) -> SafeString:
    """The contents of the icon's <svg>. Raises TemplateSyntaxError if the icon is not vendored."""
    path = settings.BASE_DIR / FOLDER / f"{name}.svg"
    if not path.is_file():
        raise template.TemplateSyntaxError(f"There is no icon {name!r} in {FOLDER}: add it to its VERSIONS.")
    shapes = re.sub(r".*<svg[^>]*>(.*)</svg>.*", r"\1", path.read_text(), flags=re.DOTALL)
    return mark_safe(re.sub(r"\s*\n\s*", "", shapes))  # noqa: S308 (a file of our own)


_ATTRIBUTES = mark_safe(
    'class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round"'
)
