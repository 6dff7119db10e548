"""A limiter for all processes: one script call for all limits of a request, on Redis' own clock."""

from collections.abc import Callable, Sequence

from blogai.core.ratelimit.base import Decision, Limit, decide, nearest
from blogai.core.redis_client import RedisClient, Script

# KEYS: the limits. ARGV: the time in microseconds, which is empty but in tests; then for each limit its
# interval and how long it is busy when full. Returns for each limit how long it is busy before this request:
# `decide` draws the same conclusion from that as the script.
#
# A key holds the time at which the limit is free again, and expires then. One that is gone, or holds what
# this script does not write (another type, NaN, a time too far off because the clock was set back), counts
# as free.
HIT = Script("""
local now = tonumber(ARGV[1])
if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
end
local stored = redis.call('MGET', unpack(KEYS))
local busy, admitted = {}, true
for i = 1, #KEYS do
    local interval, full = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    local left = (tonumber(stored[i]) or 0) - now
    busy[i] = left > 0 and left <= full and math.floor(left) or 0
    if busy[i] + interval > full then admitted = false end
end
if admitted then
    for i, key in ipairs(KEYS) do
        local after = busy[i] + tonumber(ARGV[2 * i])
        redis.call('SET', key, string.format('%.0f', now + after), 'PX', math.ceil(after / 1000) + 1)
    end
end
return busy
""")


class RedisLimiter:
    """GCRA, as in `MemoryLimiter`."""

    def __init__(self, redis: RedisClient, clock: Callable[[], float] | None = None) -> None:
        """`clock` replaces that of Redis, for tests."""
        self._redis = redis
        self._clock = clock

    def hit(self, limits: Sequence[Limit]) -> Decision:
        """As `Limiter.hit`. Raises RedisDown."""
        arguments: list[int | str] = [round(self._clock() * 1e6) if self._clock else ""]
        for limit in limits:
            interval = limit.rate.microseconds
            arguments += [interval, limit.rate.size * interval]
        busy: list[int] = self._redis.run(HIT, [_key(limit) for limit in limits], arguments)
        return nearest([decide(*each) for each in zip(limits, busy, strict=True)])


def _key(limit: Limit) -> str:
    # The owner comes last, because an IPv6 address has colons as well.
    rate = limit.rate
    return f"limit:{limit.scope}:{rate.count}/{rate.period:.15g}/{rate.size}:{limit.owner}"
