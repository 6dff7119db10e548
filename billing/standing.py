"""Which plan somebody has now, why, and until when, so that staff can explain it to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection

from accounts.models import User
from billing.entitlements import GIVEN, GRACE, SUBSCRIBED, plan_of
from billing.tiers import no_tiers

type Why = Literal["subscription", "grace", "given", "free"]

STANDING = f"""
SELECT plan.tier,
    CASE
        WHEN plan.tier = {SUBSCRIBED} AND entitlements.status = 'past_due' THEN 'grace'
        WHEN plan.tier = {SUBSCRIBED} THEN 'subscription'
        WHEN plan.tier = {GIVEN} THEN 'given'
        ELSE 'free'
    END AS why,
    CASE
        WHEN plan.tier = {SUBSCRIBED} AND entitlements.status = 'past_due'
        THEN entitlements.past_due_since + interval '{GRACE}'
        WHEN plan.tier = {SUBSCRIBED} AND entitlements.cancel_at_period_end THEN entitlements.period_end
        WHEN plan.tier = {SUBSCRIBED} THEN NULL
        WHEN plan.tier = {GIVEN} THEN entitlements.given_until
    END AS until
FROM ({plan_of("%(user)s")}) AS plan LEFT JOIN entitlements ON entitlements.user_id = %(user)s
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Standing:
    """`until` is when the plan ends, as far as is known now; None: until further notice."""

    tier: str
    why: Why
    until: datetime | None


def standing_of(user: User) -> Standing:
    """One query. Raises ImproperlyConfigured if there are no plans."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"user": user.pk})
        row = cursor.fetchone()
    if row is None:
        raise no_tiers()
    return Standing(*row)
