"""What /health asks about runs."""

from django.db import connection

HEARTBEAT = 30
"""Seconds without a sign after which a worker counts as gone; a living one gives one every 10."""
WORKERS = (
    "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)"
)


def worker() -> dict[str, object]:
    """Up while any worker, of this process or another, takes jobs."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(WORKERS, [HEARTBEAT])
            (workers,) = cursor.fetchone()
    finally:
        connection.close()
    return {"status": "up" if workers else "down", "workers": workers}
