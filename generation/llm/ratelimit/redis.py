"""A rate limiter that all processes share through Redis: one script call, on Redis' own clock."""

import asyncio
from dataclasses import dataclass

from blogai.core.redis_client import RedisDown, Script, client_for

OUTAGES = (RedisDown,)

# The list holds the last `limit` calls, newest first. Anything else under the key is replaced. Seconds are
# returned as text, because Redis would truncate them to integers.
ACQUIRE = Script("""
local limit, max_wait, minute = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local oldest = redis.pcall('LINDEX', KEYS[1], limit - 1)
if type(oldest) == 'table' then redis.call('DEL', KEYS[1]) end
local slot = math.max(now, (tonumber(oldest) or 0) + minute)
if slot - now > max_wait then return false end
redis.call('LPUSH', KEYS[1], string.format('%.6f', slot))
redis.call('LTRIM', KEYS[1], 0, limit - 1)
redis.call('EXPIRE', KEYS[1], math.ceil(slot - now + minute))
return string.format('%.6f', slot - now)
""")


@dataclass(frozen=True, slots=True)
class RedisRateLimiter:
    """Raises OUTAGES."""

    url: str
    limit: int
    key: str = "llm:turns"
    minute: float = 60.0

    async def acquire(self, max_wait: float) -> float | None:
        arguments = (self.limit, max_wait, self.minute)
        seconds = await asyncio.to_thread(client_for(self.url).run, ACQUIRE, [self.key], arguments)
        return None if seconds is None else float(seconds)
