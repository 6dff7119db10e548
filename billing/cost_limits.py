"""A user's own limit on what model calls may cost in a month. It can only lower the plan's."""

import logging
from decimal import Decimal

from django.db.models.functions import Now

from accounts.models import User
from billing.models import Entitlement

logger = logging.getLogger(__name__)


def set_own_limit(*, user: User, limit_usd: Decimal) -> None:
    """Limit the user's model calls to so many US dollars a month, from now on. One statement."""
    Entitlement.objects.bulk_create(
        [Entitlement(user=user, own_cost_limit_usd=limit_usd)],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["own_cost_limit_usd", "updated_at"],
    )
    logger.info("user %s limits model calls to $%s a month", user.pk, limit_usd)


def clear_own_limit(*, user: User) -> None:
    """Remove the user's limit; the plan's applies again."""
    Entitlement.objects.filter(user=user).update(own_cost_limit_usd=None, updated_at=Now())
    logger.info("user %s has no limit of their own any more", user.pk)
