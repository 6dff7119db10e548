"""What must be true of the ledger and its counters at any moment, whichever processes were killed."""

from django.db import connection

# Each query returns a line for each violation.
COUNTERS = """
WITH lines AS (
    SELECT user_id, month, day,
        CASE kind WHEN 'settle' THEN units ELSE 0 END AS used,
        CASE kind WHEN 'reserve' THEN units ELSE -units END AS reserved
    FROM usage_records
), months AS (
    SELECT user_id, month, max(day) AS day, sum(used) AS used, sum(reserved) AS reserved
    FROM lines GROUP BY user_id, month
), days AS (
    SELECT user_id, day, sum(used) AS used, sum(reserved) AS reserved FROM lines GROUP BY user_id, day
), expected AS (
    SELECT user_id, month, day,
        concat_ws(' ', months.used, months.reserved, days.used, days.reserved) AS counts
    FROM months JOIN days USING (user_id, day)
), counted AS (
    SELECT user_id, month, day, concat_ws(' ', month_used, month_reserved, day_used, day_reserved) AS counts
    FROM user_quotas
)
SELECT format(
    '%s in %s: the counters say %s on %s, the ledger %s on %s (month used, reserved, day used, reserved)',
    user_id, month, coalesce(counted.counts, 'nothing'), counted.day,
    coalesce(expected.counts, 'nothing'), expected.day
)
FROM expected FULL JOIN counted USING (user_id, month)
WHERE (expected.counts, expected.day) IS DISTINCT FROM (counted.counts, counted.day)
ORDER BY 1
"""

RESERVATIONS = """
SELECT format('run %s: %s reservations, %s ends', run_id, reservations, ends)
FROM (
    SELECT run_id, count(*) FILTER (WHERE kind = 'reserve') AS reservations,
        count(*) FILTER (WHERE kind <> 'reserve') AS ends
    FROM usage_records GROUP BY run_id
) AS runs
WHERE reservations <> 1 OR ends > 1
ORDER BY 1
"""

ENDS = """
SELECT format('run %s: its %s differs from its reservation', run_id, ended.kind)
FROM usage_records AS ended JOIN usage_records AS reserved USING (run_id)
WHERE ended.kind <> 'reserve' AND reserved.kind = 'reserve'
    AND (ended.user_id, ended.units, ended.month, ended.day)
        <> (reserved.user_id, reserved.units, reserved.month, reserved.day)
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
