"""The health probe of the workers."""

from django.db import connection

MAX_HEARTBEAT_AGE = 30
"""Seconds after which a worker counts as dead. A live one updates its heartbeat every 10."""
COUNT_WORKERS = (
    "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)"
)


def worker() -> dict[str, object]:
    """Up while any worker, of this process or another, takes jobs."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_WORKERS, [MAX_HEARTBEAT_AGE])
            (workers,) = cursor.fetchone()
    finally:
        connection.close()
    return {"status": "up" if workers else "down", "workers": workers}
