"""{% when post.created_at %}: the time relative to now, with the exact time in the user's zone on hover."""

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86_400


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime) -> SafeString:
    zone = zone_of(context)
    exact = date_format(timezone.localtime(moment, zone), "DATETIME_FORMAT") + f" ({zone})"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        exact,
        ago(moment, timezone.now(), zone),
    )


@register.simple_tag(takes_context=True)
def at(context: Context, moment: datetime) -> SafeString:
    """{% at job.starts_at %}: the exact time in the user's zone."""
    zone = zone_of(context)
    exact = date_format(timezone.localtime(moment, zone), "DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), zone, exact)


@register.simple_tag(takes_context=True)
def day(context: Context, moment: datetime) -> SafeString:
    """{% day plan.ends_at %}: the date in the user's zone, with the time on hover."""
    here = timezone.localtime(moment, zone_of(context))
    exact = date_format(here, "DATETIME_FORMAT") + f" ({zone_of(context)})"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        exact,
        date_format(here, "DATE_FORMAT"),
    )


def zone_of(context: Context) -> tzinfo:
    """The time zone of the signed-in user; UTC for anonymous visitors."""
    chosen = getattr(context.get("user"), "time_zone", "")
    return ZoneInfo(chosen) if chosen else timezone.get_default_timezone()


def ago(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """ "5 minutes ago" within a day, "yesterday", then the date in the zone."""
    seconds = (now - moment).total_seconds()
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return _some(int(seconds // MINUTE), "minute")
    here, today = timezone.localtime(moment, zone), timezone.localtime(now, zone).date()
    if seconds < DAY and here.date() == today:
        return _some(int(seconds // HOUR), "hour")
    if here.date() == today - timedelta(days=1):
        return "yesterday"
    return date_format(here, "MONTH_DAY_FORMAT" if here.year == today.year else "DATE_FORMAT")


def _some(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'} ago"
