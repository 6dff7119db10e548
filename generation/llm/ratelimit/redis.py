"""A rate limiter that all processes share through Redis: one script call, on Redis' own clock."""

from dataclasses import dataclass

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from generation.llm.providers import http_clients

OUTAGES = (RedisError, OSError)
TIMEOUT = 0.5
"""Seconds after which a Redis that does not answer counts as down."""

# The list holds the last `limit` calls, newest first. Seconds are returned as text, because Redis would
# truncate them to integers.
ACQUIRE = """
local limit, max_wait, minute = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local slot = math.max(now, (redis.call('LINDEX', KEYS[1], limit - 1) or 0) + minute)
if slot - now > max_wait then return false end
redis.call('LPUSH', KEYS[1], string.format('%.6f', slot))
redis.call('LTRIM', KEYS[1], 0, limit - 1)
redis.call('EXPIRE', KEYS[1], math.ceil(slot - now + minute))
return string.format('%.6f', slot - now)
"""


@dataclass(frozen=True, slots=True)
class RedisRateLimiter:
    """Raises OUTAGES."""

    url: str
    limit: int
    key: str = "llm:turns"
    minute: float = 60.0

    async def acquire(self, max_wait: float) -> float | None:
        client = await http_clients.client_for((type(self), self.url), self._client)
        seconds = await client.acquire(self.key, self.limit, max_wait, self.minute)
        return None if seconds is None else float(seconds)

    def _client(self) -> "_Client":
        return _Client(self.url)


class _Client:
    """The connections of one event loop."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),  # a retry would wait as long again, and might reserve a second slot
        )
        self._script = self._redis.register_script(ACQUIRE)

    async def acquire(self, key: str, *arguments: float) -> bytes | None:
        seconds: bytes | None = await self._script(keys=[key], args=list(arguments))
        return seconds

    async def close(self) -> None:
        await self._redis.aclose()
