"""Which plan somebody has now, and since when its months are counted: SQL expressions over separate facts.

The facts are columns of `entitlements`: the subscription as Stripe last described it, and a plan given by
staff. Nothing is computed ahead, so a plan ends on time without a job.

| subscription's status | plan | until |
| --- | --- | --- |
| trialing, active | the subscribed one | the period's end if it ends then, else `RENEWAL` longer |
| past_due | the subscribed one | `GRACE` after the first failed payment |
| incomplete, incomplete_expired, unpaid, paused, canceled | none | |

Of the subscribed plan, the given one and the free one, the highest counts.
"""

from datetime import timedelta

GRACE = timedelta(days=7)
"""How long the plan continues while Stripe retries a payment."""
RENEWAL = "3 days"
"""How long the plan continues after its period while we have not heard of a renewal: Stripe may be down."""

SUBSCRIBED = f"""CASE
    WHEN entitlements.status IN ('trialing', 'active') AND now() < entitlements.period_end
        + CASE WHEN entitlements.cancel_at_period_end THEN interval '0' ELSE interval '{RENEWAL}' END
    THEN entitlements.subscribed_tier
    WHEN entitlements.status = 'past_due'
        AND now() < entitlements.past_due_since + interval '{GRACE.days} days'
    THEN entitlements.subscribed_tier
END"""
GIVEN = """CASE
    WHEN entitlements.given_until IS NULL OR now() < entitlements.given_until THEN entitlements.given_tier
END"""

# Months of a subscriber are counted from the start of the first period paid for, of others from the day of
# sign-up (UTC), or as they were for an account that had the address before. A yearly payer has twelve a year.
FREE_ANCHOR = """coalesce(
    entitlements.free_anchor AT TIME ZONE 'UTC', date_trunc('day', users.date_joined AT TIME ZONE 'UTC')
)"""
ANCHOR = f"""CASE
    WHEN {SUBSCRIBED} IS NULL THEN {FREE_ANCHOR} ELSE entitlements.anchor AT TIME ZONE 'UTC'
END"""


def tier_of(user: str) -> str:
    """The name of a user's plan alone, as a SELECT of one column, for a column of a list.

    `user` is SQL for the user's id; it may be a column of the query around this one.
    """
    return f"""
    SELECT tier_limits.tier FROM tier_limits LEFT JOIN entitlements ON entitlements.user_id = {user}
    WHERE tier_limits.tier IN ('free', {SUBSCRIBED}, {GIVEN}) ORDER BY tier_limits.position DESC LIMIT 1
    """  # noqa: S608 (constants)


def window_of(anchor: str, moment: str = "now()") -> str:
    """The month that contains the moment, counted from the anchor: a SELECT of `period_start`, `period_end`.

    `anchor` is SQL for a timestamp in UTC, `moment` for one with a time zone. Every month starts on the
    anchor's day or, in a shorter month, on the last: each is counted from the anchor, so none drifts.
    `OFFSET 0` keeps the planner from copying an expression to wherever its name stands: with all copies
    planning takes ten times as long as the rest.
    """
    return f"""
    SELECT (first + make_interval(months => passed)) AT TIME ZONE 'UTC' AS period_start,
        (first + make_interval(months => passed + 1)) AT TIME ZONE 'UTC' AS period_end
    FROM (SELECT {anchor} AS first, ({moment}) AT TIME ZONE 'UTC' AS utc OFFSET 0) AS at
    CROSS JOIN LATERAL (
        SELECT ((date_part('year', utc) - date_part('year', first)) * 12
            + date_part('month', utc) - date_part('month', first))::int AS months OFFSET 0
    ) AS begun
    CROSS JOIN LATERAL (
        SELECT greatest(0, months - (first + make_interval(months => months) > utc)::int) AS passed OFFSET 0
    ) AS ended
    """  # noqa: S608 (constants)


def plan_of(user: str) -> str:
    """The plan of a user, as a SELECT: the columns of `tier_limits`, the month, and what it may cost.

    `user` is SQL for the user's id. The month is `period_start` and `period_end`; its model calls may cost
    `cost_limit` US dollars: the lower of `plan_cost_limit`, which staff may have changed for this user, and
    `own_cost_limit`, which the user has set. There is no row if there are no plans.
    """
    return f"""
    SELECT tiers.*, months.period_start, months.period_end, limits.*,
        least(limits.plan_cost_limit, limits.own_cost_limit) AS cost_limit
    FROM users LEFT JOIN entitlements ON entitlements.user_id = users.id
    CROSS JOIN LATERAL (
        SELECT tier_limits.* FROM tier_limits WHERE tier IN ('free', {SUBSCRIBED}, {GIVEN})
        ORDER BY position DESC LIMIT 1
    ) AS tiers
    CROSS JOIN LATERAL (
        SELECT coalesce(entitlements.cost_limit_usd, tiers.monthly_cost_usd) AS plan_cost_limit,
            entitlements.own_cost_limit_usd AS own_cost_limit
    ) AS limits
    CROSS JOIN LATERAL ({window_of(ANCHOR)}) AS months
    WHERE users.id = {user}
    """  # noqa: S608 (constants)


def free_month_of(user: str) -> str:
    """The month of the user on the free plan, whatever they pay for now: a SELECT of a row.

    `user` is SQL for the user's id. The columns are `period_start`, `period_end`, and the `anchor` that the
    months are counted from, in UTC.
    """
    return f"""
    SELECT months.*, {FREE_ANCHOR} AS anchor
    FROM users LEFT JOIN entitlements ON entitlements.user_id = users.id
    CROSS JOIN LATERAL ({window_of(FREE_ANCHOR)}) AS months
    WHERE users.id = {user}
    """  # noqa: S608 (constants)
