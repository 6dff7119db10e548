"""RateLimiter that all processes share through Redis: one call of a script, by Redis' own clock."""

from dataclasses import dataclass

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from generation.llm.providers import http_clients

OUTAGES = (RedisError, OSError)
PATIENCE = 0.5
"""Seconds until a Redis that does not answer counts as away."""

# The list has the last `limit` turns, the newest first. Seconds leave as text: Redis would cut off fractions.
ACQUIRE = """
local limit, longest, minute = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local turn = math.max(now, (redis.call('LINDEX', KEYS[1], limit - 1) or 0) + minute)
if turn - now > longest then return false end
redis.call('LPUSH', KEYS[1], string.format('%.6f', turn))
redis.call('LTRIM', KEYS[1], 0, limit - 1)
redis.call('EXPIRE', KEYS[1], math.ceil(turn - now + minute))
return string.format('%.6f', turn - now)
"""


@dataclass(frozen=True, slots=True)
class RedisRateLimiter:
    """Raises OUTAGES."""

    url: str
    limit: int
    key: str = "llm:turns"
    minute: float = 60.0

    async def acquire(self, longest: float) -> float | None:
        client = await http_clients.client_for((type(self), self.url), self._client)
        seconds = await client.acquire(self.key, self.limit, longest, self.minute)
        return None if seconds is None else float(seconds)

    def _client(self) -> "_Client":
        return _Client(self.url)


class _Client:
    """The connections of one event loop."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),  # a second try would wait as long, and might take a second turn
        )
        self._script = self._redis.register_script(ACQUIRE)

    async def acquire(self, key: str, *arguments: float) -> bytes | None:
        seconds: bytes | None = await self._script(keys=[key], args=list(arguments))
        return seconds

    async def close(self) -> None:
        await self._redis.aclose()
