"""What a plan allows, apart from its units."""

import time
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Case, CharField, DecimalField, Exists, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from accounts.models import User
from billing.entitlements import plan_of
from billing.models import TierLimit
from billing.tiers import pricing_url, tier_for
from blogai.core.errors import TierRequired
from blogai.core.ratelimit.base import HOUR, MINUTE, Rate

REMEMBERED_FOR = 60.0
"""Seconds that a process goes by what it knows of a plan's rates: a change is in effect after that."""
MAX_REMEMBERED = 10_000
"""Users."""

MAX_COST = f"""
SELECT least(max_cost_usd, greatest(0.0001, cost_limit - coalesce(
    (SELECT sum(cost_usd) FROM user_quotas
        WHERE user_id = %s AND user_quotas.period_start = plan.period_start),
    0
)))
FROM ({plan_of("%s")}) AS plan
"""  # noqa: S608 (constants)

_remembered: dict[object, tuple[float, int, int]] = {}


def max_concurrent_runs(user: User) -> int:
    """How many of the user's runs may be written at the same time; others wait in the queue. One query."""
    return tier_for(user).concurrent_runs


def max_cost_per_run(user: User) -> RawSQL:
    """What the model calls of one of the user's runs may cost, in US dollars: an expression for an INSERT.

    No more than is left this month. When nothing is left, `quotas.reserve` refuses the run.
    """
    return RawSQL(MAX_COST, [user.pk, user.pk], DecimalField(max_digits=9, decimal_places=4))  # noqa: S611


def plan_needed(user: User, feature: str) -> Case:
    """An expression: the smallest plan that has the feature, "" if none has; null if the user's own does."""
    having = TierLimit.objects.filter(features__contains=[feature])
    own = RawSQL(f"(SELECT tier FROM ({plan_of('%s')}) AS plan)", [user.pk])  # noqa: S608, S611 (constants)
    return Case(
        When(Exists(having.filter(tier=own)), then=Value(None)),
        default=Coalesce(Subquery(having.values("tier")[:1]), Value("")),
        output_field=CharField(),
    )


def require(user: User, feature: str) -> None:
    """Raises TierRequired unless the user's plan has the feature. One query, and a second one to refuse."""
    current = tier_for(user)
    if feature in current.features:
        return
    lowest = TierLimit.objects.filter(features__contains=[feature]).first()
    raise TierRequired(
        f"Your {current.tier} plan doesn’t include this. Move to the {lowest.tier} plan or a larger one."
        if lowest
        else "No plan includes this yet.",
        current_tier=current.tier,
        required_tier=lowest and lowest.tier,
        upgrade_url=pricing_url(),
    )


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
