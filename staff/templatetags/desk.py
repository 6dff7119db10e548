"""How states, moments and sums are shown on screens: as in the cells of lists."""

from django import template
from django.db.models import Model

from staff.admin import cells

register = template.Library()

register.filter("state", cells.state)
register.filter("moment", cells.moment)
register.filter("dollars", cells.dollars)
register.filter("screen", cells.screen_url)
register.filter("took", cells.took)


@register.filter
def kind(row: Model) -> str:
    """What it is, such as "API key"."""
    return str(row._meta.verbose_name)
