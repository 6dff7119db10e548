"""Which plan somebody has now, and since when its months are counted: SQL expressions over separate facts.

The facts are columns of `entitlements`: the subscription as Stripe last described it, and a plan given by
staff. Nothing is computed ahead, so a plan ends at its moment without a job.

| subscription's status | plan | until |
| --- | --- | --- |
| trialing, active | the subscribed one | the period's end if it ends then, else `RENEWAL` longer |
| past_due | the subscribed one | `GRACE` after the first failed payment |
| incomplete, incomplete_expired, unpaid, paused, canceled | none | |

Of the subscribed plan, the given one and the free one, the highest counts.
"""

GRACE = "7 days"
"""How long the plan goes on while Stripe retries a payment."""
RENEWAL = "3 days"
"""How long the plan goes on after its period while we have not heard of the renewal: Stripe may be down."""

SUBSCRIBED = f"""CASE
    WHEN entitlements.status IN ('trialing', 'active') AND now() < entitlements.period_end
        + CASE WHEN entitlements.cancel_at_period_end THEN interval '0' ELSE interval '{RENEWAL}' END
    THEN entitlements.subscribed_tier
    WHEN entitlements.status = 'past_due' AND now() < entitlements.past_due_since + interval '{GRACE}'
    THEN entitlements.subscribed_tier
END"""
GIVEN = """CASE
    WHEN entitlements.given_until IS NULL OR now() < entitlements.given_until THEN entitlements.given_tier
END"""

# Months of a subscriber are counted from the start of the first period paid for, of others from the day of
# sign-up (UTC). A yearly payer has twelve of them a year.
ANCHOR = f"""CASE
    WHEN {SUBSCRIBED} IS NULL THEN date_trunc('day', users.date_joined AT TIME ZONE 'UTC')
    ELSE entitlements.anchor AT TIME ZONE 'UTC'
END"""


def window_of(anchor: str, moment: str = "now()") -> str:
    """The month that contains the moment, counted from the anchor: a SELECT of `period_start`, `period_end`.

    `anchor` is SQL for a timestamp in UTC, `moment` for one with a time zone. Every month starts on the
    anchor's day or, in a shorter month, on the last: each is counted from the anchor, so none drifts.
    """
    return f"""
    SELECT (first + make_interval(months => passed)) AT TIME ZONE 'UTC' AS period_start,
        (first + make_interval(months => passed + 1)) AT TIME ZONE 'UTC' AS period_end
    FROM (SELECT {anchor} AS first, ({moment}) AT TIME ZONE 'UTC' AS utc) AS at
    CROSS JOIN LATERAL (
        SELECT ((date_part('year', utc) - date_part('year', first)) * 12
            + date_part('month', utc) - date_part('month', first))::int AS months
    ) AS begun
    CROSS JOIN LATERAL (
        SELECT greatest(0, months - (first + make_interval(months => months) > utc)::int) AS passed
    ) AS ended
    """  # noqa: S608 (constants)


def plan_of(user: str) -> str:
    """The plan of a user, as a SELECT: the columns of `tier_limits`, the month, and what it may cost.

    `user` is SQL for the user's id. The month is `period_start` and `period_end`; its model calls may cost
    `cost_limit` US dollars.
    There is no row if there are no plans.
    """
    return f"""
    SELECT tiers.*, months.period_start, months.period_end,
        least(coalesce(entitlements.cost_limit_usd, tiers.monthly_cost_usd), entitlements.own_cost_limit_usd)
            AS cost_limit
    FROM users LEFT JOIN entitlements ON entitlements.user_id = users.id
    CROSS JOIN LATERAL (
        SELECT tier_limits.* FROM tier_limits WHERE tier IN ('free', {SUBSCRIBED}, {GIVEN})
        ORDER BY position DESC LIMIT 1
    ) AS tiers
    CROSS JOIN LATERAL ({window_of(ANCHOR)}) AS months
    WHERE users.id = {user}
    """  # noqa: S608 (constants)
