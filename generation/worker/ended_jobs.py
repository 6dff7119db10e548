"""Deletes jobs that ended without success. Those that succeed are deleted right away.

Their arguments may name people: an address that a mail could not be sent to. So they go once nobody needs
them to find out what went wrong.
"""

from django.db import connection

DAYS_KEPT = 30

# A job's last event is when it ended. A retried job is waiting, and stays.
OLD = """
DELETE FROM procrastinate_jobs WHERE status IN ('failed', 'cancelled', 'aborted') AND NOT EXISTS (
    SELECT FROM procrastinate_events
    WHERE job_id = procrastinate_jobs.id AND at > now() - make_interval(days => %s)
)
"""


def purge() -> int:
    """Returns how many were deleted."""
    with connection.cursor() as cursor:
        cursor.execute(OLD, [DAYS_KEPT])
        return int(cursor.rowcount)
