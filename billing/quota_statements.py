"""The statements of `billing.quotas`: what changes a counter and the ledger together, and what reads both."""

from billing.entitlements import free_month_of, plan_of
from billing.models import Meter

PLAN = plan_of("%(user)s")

# A concurrent statement waits for the row and then sees what the first one left. `greatest`: a transaction
# from before midnight that had to wait for one from after midnight counts in the newer day. The limit on
# costs counts what has ended, so runs written at the same time may pass it, each by its own limit at most.
_RESERVE = """
WITH current AS (
    {plan}
), plan AS (
    SELECT period_start,
        coalesce({per_month}, 'infinity'::float8) AS per_month,
        coalesce({per_day}, 'infinity'::float8) AS per_day
    FROM current
    WHERE coalesce(
        (SELECT sum(cost_usd) FROM user_quotas
            WHERE user_id = %(user)s AND user_quotas.period_start = current.period_start),
        0
    ) < coalesce(cost_limit, 'infinity')
), taken AS (
    INSERT INTO user_quotas AS quota
        (user_id, meter, period_start, used, reserved, day, day_used, day_reserved)
    SELECT %(user)s, '{meter}', period_start, 0, %(units)s, (now() AT TIME ZONE 'UTC')::date, 0, %(units)s
    FROM plan
    WHERE %(units)s <= least(per_month, per_day) OR EXISTS (
        SELECT FROM user_quotas
        WHERE user_id = %(user)s AND meter = '{meter}' AND user_quotas.period_start = plan.period_start
    )
    ON CONFLICT (user_id, period_start, meter) DO UPDATE SET
        reserved = quota.reserved + excluded.reserved,
        day = greatest(quota.day, excluded.day),
        day_used = CASE WHEN quota.day < excluded.day THEN 0 ELSE quota.day_used END,
        day_reserved = CASE WHEN quota.day < excluded.day THEN 0 ELSE quota.day_reserved END
            + excluded.day_reserved
    WHERE quota.used + quota.reserved + excluded.reserved <= (SELECT per_month FROM plan) + quota.granted
        AND excluded.reserved <= (SELECT per_day FROM plan)
        AND (quota.day < excluded.day
            OR quota.day_used + quota.day_reserved + excluded.day_reserved <= (SELECT per_day FROM plan))
    RETURNING period_start, day
)
INSERT INTO usage_records (user_id, run_id, for_run, kind, meter, units, period_start, day)
SELECT %(user)s, %(run)s, %(for_run)s, 'reserve', '{meter}', %(units)s, period_start, day FROM taken
"""

# There are counters only for the newest day, so those of an older day need no correction. What a run costs
# after its unit was settled (it was stopped, then continued) is a separate line.
END = """
WITH reserved AS (
    SELECT user_id, run_id, for_run, meter, units, period_start, day,
        %(input_tokens)s::bigint AS input_tokens, %(output_tokens)s::bigint AS output_tokens,
        %(cost_usd)s::numeric AS cost_usd
    FROM usage_records WHERE run_id = %(run)s AND kind = 'reserve'
), ended AS (
    INSERT INTO usage_records
        (kind, user_id, run_id, for_run, meter, units, period_start, day, input_tokens, output_tokens,
        cost_usd)
    SELECT %(kind)s, reserved.* FROM reserved
    ON CONFLICT (run_id) WHERE kind IN ('refund', 'settle') DO NOTHING
    RETURNING *
), spent AS (
    INSERT INTO usage_records
        (kind, user_id, run_id, for_run, meter, units, period_start, day, input_tokens, output_tokens,
        cost_usd)
    SELECT 'spend', user_id, run_id, for_run, meter, 0, period_start, day, input_tokens, output_tokens,
        cost_usd
    FROM reserved WHERE input_tokens + output_tokens > 0 AND NOT EXISTS (SELECT FROM ended)
    RETURNING *
), line AS (
    SELECT *, CASE kind WHEN 'settle' THEN units ELSE 0 END AS settled FROM ended
    UNION ALL SELECT *, 0 FROM spent
)
UPDATE user_quotas AS quota SET
    reserved = quota.reserved - units,
    used = quota.used + settled,
    cost_usd = quota.cost_usd + line.cost_usd,
    day_reserved = quota.day_reserved - CASE WHEN quota.day = line.day THEN units ELSE 0 END,
    day_used = quota.day_used + CASE WHEN quota.day = line.day THEN settled ELSE 0 END
FROM line
WHERE quota.user_id = line.user_id AND quota.meter = line.meter AND quota.period_start = line.period_start
RETURNING kind <> 'spend'
"""

GRANT = f"""
WITH plan AS (
    {PLAN}
), taken AS (
    INSERT INTO user_quotas AS quota
        (user_id, meter, period_start, used, reserved, granted, day, day_used, day_reserved)
    SELECT %(user)s, %(meter)s, period_start, 0, 0, %(units)s, (now() AT TIME ZONE 'UTC')::date, 0, 0
    FROM plan
    ON CONFLICT (user_id, period_start, meter) DO UPDATE SET granted = quota.granted + excluded.granted
    RETURNING period_start
)
INSERT INTO usage_records (user_id, run_id, kind, meter, units, period_start, day, reason, actor_id)
SELECT %(user)s, gen_random_uuid(), 'grant', %(meter)s, %(units)s, period_start,
    (now() AT TIME ZONE 'UTC')::date, %(reason)s, %(actor)s
FROM taken
"""  # noqa: S608 (constants)

# The units that count on that day are in a line for that day, the others in one for the day before.
CARRY = f"""
WITH plan AS (
    {free_month_of("%(user)s")}
), taken AS (
    INSERT INTO user_quotas AS quota
        (user_id, meter, period_start, used, reserved, cost_usd, day, day_used, day_reserved)
    SELECT %(user)s, %(meter)s, period_start, %(units)s, 0, %(cost_usd)s, %(day)s, %(day_units)s, 0
    FROM plan
    ON CONFLICT (user_id, period_start, meter) DO UPDATE SET
        used = quota.used + excluded.used,
        cost_usd = quota.cost_usd + excluded.cost_usd,
        day = greatest(quota.day, excluded.day),
        day_used = CASE WHEN quota.day < excluded.day THEN 0 ELSE quota.day_used END
            + CASE WHEN quota.day > excluded.day THEN 0 ELSE excluded.day_used END,
        day_reserved = CASE WHEN quota.day < excluded.day THEN 0 ELSE quota.day_reserved END
    RETURNING period_start
)
INSERT INTO usage_records (user_id, run_id, kind, meter, units, cost_usd, period_start, day)
SELECT %(user)s, gen_random_uuid(), 'carry', %(meter)s, line.units, line.cost_usd, period_start, line.day
FROM taken CROSS JOIN (VALUES
    (%(day_units)s::int, %(cost_usd)s::numeric, %(day)s::date),
    (%(units)s::int - %(day_units)s::int, 0, %(day)s::date - 1)
) AS line (units, cost_usd, day)
WHERE line.units > 0 OR line.cost_usd > 0
"""  # noqa: S608 (constants)

RETURN = f"""
WITH plan AS (
    {plan_of("(SELECT user_id FROM usage_records WHERE run_id = %(run)s AND kind = 'settle')")}
), returned AS (
    INSERT INTO usage_records
        (user_id, run_id, for_run, kind, meter, units, period_start, day, reason, actor_id)
    SELECT user_id, run_id, for_run, 'grant', meter, units, plan.period_start,
        (now() AT TIME ZONE 'UTC')::date, %(reason)s, %(actor)s
    FROM usage_records AS settled CROSS JOIN plan WHERE run_id = %(run)s AND kind = 'settle'
    ON CONFLICT (run_id) WHERE kind = 'grant' DO NOTHING
    RETURNING *
)
INSERT INTO user_quotas AS quota
    (user_id, meter, period_start, used, reserved, granted, day, day_used, day_reserved)
SELECT user_id, meter, period_start, 0, 0, units, day, 0, 0 FROM returned
ON CONFLICT (user_id, period_start, meter) DO UPDATE SET granted = quota.granted + excluded.granted
"""  # noqa: S608 (constants)

USAGE = f"""
WITH plan AS (
    {PLAN}
), clock AS (
    SELECT now() AT TIME ZONE 'UTC' AS utc
), taken AS (
    SELECT user_quotas.* FROM user_quotas JOIN plan USING (period_start) WHERE user_id = %(user)s
)
SELECT tier, features, EXISTS (SELECT FROM tier_limits WHERE position > plan.position),
    plan.period_start, plan.period_end, (date_trunc('day', utc) + interval '1 day') AT TIME ZONE 'UTC',
    coalesce(posts.used, 0), coalesce(posts.reserved, 0), posts_per_month + coalesce(posts.granted, 0),
    CASE WHEN posts.day >= utc::date THEN posts.day_used ELSE 0 END,
    CASE WHEN posts.day >= utc::date THEN posts.day_reserved ELSE 0 END,
    posts_per_day,
    coalesce(assists.used, 0), coalesce(assists.reserved, 0),
    assists_per_month + coalesce(assists.granted, 0),
    coalesce((SELECT sum(cost_usd) FROM taken), 0), cost_limit, plan_cost_limit, own_cost_limit
FROM plan CROSS JOIN clock
LEFT JOIN taken AS posts ON posts.meter = 'posts'
LEFT JOIN taken AS assists ON assists.meter = 'assists'
"""  # noqa: S608 (constants)

_LIMITS = {Meter.POSTS: ("posts_per_month", "posts_per_day"), Meter.ASSISTS: ("assists_per_month", "NULL")}
RESERVE = {
    meter: _RESERVE.format(plan=PLAN, meter=meter, per_month=per_month, per_day=per_day)
    for meter, (per_month, per_day) in _LIMITS.items()
}
