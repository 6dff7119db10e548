"""What a plan allows, apart from its units."""

import time
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Subquery

from accounts.models import User
from billing.tiers import tier_for, tiers_of
from blogai.core.ratelimit.base import HOUR, MINUTE, Rate

REMEMBERED_FOR = 60.0
"""Seconds that a process goes by what it knows of a plan's rates: a change is in effect after that."""
MAX_REMEMBERED = 10_000
"""Users."""

_remembered: dict[object, tuple[float, int, int]] = {}


def max_concurrent_runs(user: User) -> int:
    """How many of the user's runs may be written at the same time; others wait in the queue. One query."""
    return tier_for(user).concurrent_runs


def max_cost_per_run(user: User) -> Subquery:
    """What the model calls of one of the user's runs may cost, in US dollars: an expression for an INSERT."""
    return Subquery(tiers_of(user).values("max_cost_usd"))


def rates(user: User) -> Sequence[Rate]:
    """How often the user may start work on models. One query a minute.

    RATE_LIMIT_GENERATION, if it is set, caps what any plan allows in a minute.
    """
    per_minute, per_hour = _requests(user)
    if settings.RATE_LIMIT_GENERATION is not None:
        per_minute = min(per_minute, settings.RATE_LIMIT_GENERATION)
    return Rate(max(1, per_minute), MINUTE), Rate(max(1, per_hour), HOUR)


def _requests(user: User) -> tuple[int, int]:
    now = time.monotonic()
    until, per_minute, per_hour = _remembered.get(user.pk, (0.0, 0, 0))
    if now >= until:
        tier = tier_for(user)
        per_minute, per_hour = tier.requests_per_minute, tier.requests_per_hour
        if len(_remembered) >= MAX_REMEMBERED:
            _remembered.clear()
        _remembered[user.pk] = (now + REMEMBERED_FOR, per_minute, per_hour)
    return per_minute, per_hour
