"""{% error_reports %}: the script that reports a page's errors, if SENTRY_DSN says where to."""

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def error_reports(context: Context) -> SafeString | str:
    if not settings.SENTRY_DSN:
        return ""
    match = getattr(context.get("request"), "resolver_match", None)
    return format_html(
        '<meta name="error-reports" content="{}?route={}" data-sdk="{}">'
        '<script src="{}" type="module"></script>',
        reverse("browser-errors"),
        match.view_name if match else "error",
        static("vendor/sentry/sentry.js"),
        static("js/errors.js"),
    )
