"""{% settings_sections as sections %}: those of the settings, each with whether the page belongs to it."""

from django import template
from django.template import Context

from accounts.settings_page import Section, sections_for

register = template.Library()


@register.simple_tag(takes_context=True)
def settings_sections(context: Context) -> list[tuple[Section, bool]]:
    request = context["request"]
    return [(section, request.path.startswith(section.pages)) for section in sections_for(request)]
