"""A rate limiter that all processes share through Postgres: one statement, on Postgres' own clock."""

from dataclasses import dataclass

from django.db import connection

from blogai.core.db import OUTAGES, in_database

__all__ = ["OUTAGES", "PostgresRateLimiter", "acquire"]

# A concurrent statement waits for the row and then sees the slot that the first one reserved. It uses
# `clock_timestamp()` because `now()` is the start of the transaction, which may be before that.
ACQUIRE = """
INSERT INTO llm_turns AS turns (name, taken) VALUES (%(name)s, ARRAY[clock_timestamp()])
ON CONFLICT (name) DO UPDATE SET taken =
    turns.taken[cardinality(turns.taken) - %(limit)s + 2 :] || greatest(
        clock_timestamp(), turns.taken[cardinality(turns.taken) - %(limit)s + 1] + interval '1 minute'
    )
WHERE coalesce(turns.taken[cardinality(turns.taken) - %(limit)s + 1], '-infinity') + interval '1 minute'
    <= clock_timestamp() + make_interval(secs => %(max_wait)s)
RETURNING greatest(0, extract(epoch FROM taken[cardinality(taken)] - clock_timestamp()))::float8
"""


@dataclass(frozen=True, slots=True)
class PostgresRateLimiter:
    """Raises OUTAGES."""

    limit: int
    name: str = "llm"

    async def acquire(self, max_wait: float) -> float | None:
        return await in_database(acquire)(self.name, self.limit, max_wait)


def acquire(name: str, limit: int, max_wait: float) -> float | None:
    """As `RateLimiter.acquire`."""
    with connection.cursor() as cursor:
        cursor.execute(ACQUIRE, {"name": name, "limit": limit, "max_wait": max_wait})
        row = cursor.fetchone()
    return None if row is None else float(row[0])
