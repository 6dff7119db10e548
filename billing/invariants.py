"""What must be true of the ledger and its counters at any moment, whichever processes were killed."""

from django.db import connection

# Each query returns a line for each violation. The first line of a month opened its counters: a grant counts
# nothing, but one that did so gave them their day.
COUNTERS = """
WITH lines AS (
    SELECT id, user_id, meter, period_start, day, cost_usd,
        CASE WHEN kind IN ('settle', 'carry') THEN units ELSE 0 END AS used,
        CASE WHEN kind = 'reserve' THEN units WHEN kind IN ('settle', 'refund') THEN -units ELSE 0 END
            AS reserved,
        CASE kind WHEN 'grant' THEN units ELSE 0 END AS granted,
        CASE kind WHEN 'grant' THEN NULL ELSE day END AS counted_on
    FROM usage_records
), months AS (
    SELECT user_id, meter, period_start, greatest(max(counted_on), (array_agg(day ORDER BY id))[1]) AS day,
        sum(used) AS used, sum(reserved) AS reserved, sum(granted) AS granted, sum(cost_usd) AS cost_usd
    FROM lines GROUP BY user_id, meter, period_start
), days AS (
    SELECT user_id, meter, period_start, day, sum(used) AS day_used, sum(reserved) AS day_reserved
    FROM lines GROUP BY user_id, meter, period_start, day
), expected AS (
    SELECT user_id, meter, period_start, concat_ws(
        ' ', used, reserved, granted, cost_usd, day, day_used, day_reserved
    ) AS counts
    FROM months JOIN days USING (user_id, meter, period_start, day)
), counted AS (
    SELECT user_id, meter, period_start,
        concat_ws(' ', used, reserved, granted, cost_usd, day, day_used, day_reserved) AS counts
    FROM user_quotas
)
SELECT format(
    '%s, %s of %s: the counters say %s, the ledger %s (used, reserved, granted, cost; day, used, reserved)',
    user_id, meter, period_start, coalesce(counted.counts, 'nothing'), coalesce(expected.counts, 'nothing')
)
FROM expected FULL JOIN counted USING (user_id, meter, period_start)
WHERE expected.counts IS DISTINCT FROM counted.counts
ORDER BY 1
"""

RESERVATIONS = """
SELECT format('run %s: %s reservations, %s ends', run_id, reservations, ends)
FROM (
    SELECT run_id, count(*) FILTER (WHERE kind = 'reserve') AS reservations,
        count(*) FILTER (WHERE kind IN ('settle', 'refund')) AS ends
    FROM usage_records WHERE kind NOT IN ('grant', 'carry') GROUP BY run_id
) AS runs
WHERE reservations <> 1 OR ends > 1
ORDER BY 1
"""

ENDS = """
SELECT format('run %s: its %s differs from its reservation', run_id, ended.kind)
FROM usage_records AS ended JOIN usage_records AS reserved USING (run_id)
WHERE ended.kind IN ('settle', 'refund') AND reserved.kind = 'reserve'
    AND (ended.user_id, ended.units, ended.meter, ended.period_start, ended.day)
        <> (reserved.user_id, reserved.units, reserved.meter, reserved.period_start, reserved.day)
ORDER BY 1
"""

QUERIES = (COUNTERS, RESERVATIONS, ENDS)


def broken() -> list[str]:
    """The violations, a line each; empty when the counters are the ledger's sums and each run ended once."""
    with connection.cursor() as cursor:
        lines: list[str] = []
        for query in QUERIES:
            cursor.execute(query)
            lines += [line for (line,) in cursor.fetchall()]
    return lines
