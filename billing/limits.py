"""What a plan allows besides its units."""

from django.db.models import Subquery

from accounts.models import User
from billing.tiers import tier_for, tiers_of


def at_once(user: User) -> int:
    """How many of the user's runs may be written at the same time; more wait in line. One query."""
    return tier_for(user).concurrent_runs


def cost_of_a_run(user: User) -> Subquery:
    """US dollars that the model calls of one run of theirs may cost: an expression for its INSERT."""
    return Subquery(tiers_of(user).values("max_cost_usd"))
