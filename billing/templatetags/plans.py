"""{% posts_left as meter %}: what is left of the plan, for the header of every page."""

from dataclasses import dataclass

from django import template
from django.template import Context

from billing import quotas
from billing.quotas import PeriodUsage, Usage

register = template.Library()


@dataclass(frozen=True, slots=True)
class PostsLeft:
    """`text` is "3 of 5 posts left"; `none` is whether no post can be started."""

    text: str
    none: bool = False


@register.simple_tag(takes_context=True)
def posts_left(context: Context) -> PostsLeft:
    """Of the signed-in user. One query; none on a page whose view has put `usage` into the context."""
    return in_words(context.get("usage") or quotas.usage(context["user"]))


def in_words(usage: Usage) -> PostsLeft:
    month, today = _left(usage["month"]), _left(usage["day"])
    if month == 0:
        return PostsLeft("No posts left this month", none=True)
    if today == 0:
        return PostsLeft("No posts left today", none=True)
    if month is None:
        used = usage["month"]["used"] + usage["month"]["reserved"]
        return PostsLeft(f"{used} post{'' if used == 1 else 's'} this month")
    return PostsLeft(f"{month:,} of {usage['month']['limit']:,} posts left")


def _left(taken: PeriodUsage) -> int | None:
    """None: no limit."""
    return None if taken["limit"] is None else max(0, taken["limit"] - taken["used"] - taken["reserved"])
