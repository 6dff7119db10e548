"""The demo account for development, which no plan should limit."""

from accounts.models import User
from accounts.services import demo_user
from billing.tiers import set_tier


def demo_account() -> User:
    """The demo user, on the largest plan."""
    user = demo_user()
    set_tier(user=user, tier="business")
    return user
