"""Finds users who have used 80% or 100% of a meter, and writes a notice for each, once a month.

It checks the counters every few minutes, so reservations do no extra work, and other changes of the share (a
new plan, units added by staff) need no code.
"""

from django.db import connection, transaction

from billing.entitlements import plan_of
from billing.notices import queue

# Who has used less than 80 % of the smallest plan's units has not used 80 % of any. After 100 % nobody is
# told of 80 %, as when staff have added units since.
NOTE = f"""
WITH busy AS (
    SELECT * FROM user_quotas
    WHERE period_start > now() - interval '31 days' AND used > 0 AND used >= (
        SELECT 0.8 * min(CASE user_quotas.meter WHEN 'posts' THEN posts_per_month ELSE assists_per_month END)
        FROM tier_limits
    )
), told AS (
    SELECT busy.user_id, busy.meter,
        floor(extract(epoch FROM busy.period_start))::bigint::text AS about,
        CASE WHEN used >= units THEN '100' WHEN used >= 0.8 * units THEN '80' END AS percent
    FROM busy CROSS JOIN LATERAL ({plan_of("busy.user_id")}) AS plan
    CROSS JOIN LATERAL (
        SELECT CASE busy.meter WHEN 'posts' THEN posts_per_month ELSE assists_per_month END + granted AS units
    ) AS allowed
    WHERE busy.period_start = plan.period_start
)
INSERT INTO billing_notices (id, user_id, kind, about, facts)
SELECT gen_random_uuid(), user_id, meter || '_' || percent, about, '{{}}'
FROM told JOIN users ON users.id = user_id
WHERE percent IS NOT NULL AND users.is_active
    AND NOT EXISTS (SELECT FROM usage_notices_off WHERE usage_notices_off.user_id = told.user_id)
    AND NOT EXISTS (
        SELECT FROM billing_notices AS known
        WHERE known.user_id = told.user_id AND known.about = told.about AND known.kind = meter || '_100'
    )
ON CONFLICT DO NOTHING
RETURNING id
"""  # noqa: S608 (constants)


@transaction.atomic
def note() -> int:
    """Write the notices that are due, with their jobs; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE)
        notice_ids = [notice_id for (notice_id,) in cursor.fetchall()]
    for notice_id in notice_ids:
        queue.defer(notice_id)
    return len(notice_ids)
