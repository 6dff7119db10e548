"""What a plan allows besides its units."""

from accounts.models import User
from billing.tiers import tier_for


def at_once(user: User) -> int:
    """How many of the user's runs may be written at the same time; more wait in line. One query."""
    return tier_for(user).concurrent_runs
