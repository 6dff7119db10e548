"""{% public_url path %}: the path's address for people elsewhere, whatever name this request used."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def public_url(path: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path
