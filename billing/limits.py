"""What a plan allows, apart from its units."""

from django.db.models import Subquery

from accounts.models import User
from billing.tiers import tier_for, tiers_of


def max_concurrent_runs(user: User) -> int:
    """How many of the user's runs may be written at the same time; others wait in the queue. One query."""
    return tier_for(user).concurrent_runs


def max_cost_per_run(user: User) -> Subquery:
    """What the model calls of one of the user's runs may cost, in US dollars: an expression for an INSERT."""
    return Subquery(tiers_of(user).values("max_cost_usd"))
