"""What the limiter adds to a request, as a multiple of a PING on the same connection."""

import secrets
from collections.abc import Callable

from redis import Redis
from redis.exceptions import ConnectionError

from benchmarks.bench import Bench, WrongReply, require
from benchmarks.floors import REDIS, seconds
from benchmarks.results import Figure, Measured, interleaved, percentile
from blogai.core import redis_client
from blogai.core.ratelimit.base import DAY, HOUR, MINUTE, Limit, Limiter, Rate
from blogai.core.ratelimit.memory import MemoryLimiter
from blogai.core.ratelimit.redis import RedisLimiter
from blogai.core.redis_client import RedisClient

RATES = (Rate(10**6, MINUTE), Rate(10**7, HOUR), Rate(10**8, DAY))
"""Never used up by this benchmark."""


def measure(bench: Bench) -> Measured:
    redis_client.READ_TIMEOUT = 2  # on a busy machine, a timeout would be no result
    client = RedisClient(f"redis://{REDIS[0]}:{REDIS[1]}/0")
    same = Redis(connection_pool=client._pool)
    try:
        same.ping()
    except ConnectionError:
        raise WrongReply(f"no Redis on {REDIS[0]}:{REDIS[1]}") from None
    limiter = RedisLimiter(client)
    one, three, memory = _hit(limiter, 1), _hit(limiter, 3), _hit(MemoryLimiter(), 3)
    one()  # warm-up: Redis learns the script
    commands = _commands(same, three)
    pings, ones, threes, memories = interleaved(
        bench.rounds * 5,  # short ones, because a single call takes so little
        *(lambda work=work: seconds(work, 300) for work in (same.ping, one, three, memory)),
    )
    client._pool.disconnect()
    ping = percentile(pings, 0.5)

    def figure(what: str, took: list[float], bar: float | None = None) -> Figure:
        times = percentile((each / floor for each, floor in zip(took, pings, strict=True)), 0.5)
        return Figure(what=what, value=times, bar=bar, of=f"{percentile(took, 0.5) * 1e6:.0f} µs")

    return Measured(
        f"limiter: multiples of a PING, which took {ping * 1e6:.0f} µs",
        [
            Figure(what="commands for a request", value=len(commands), unit="", bar=1, of=" ".join(commands)),
            figure("one limit", ones, 2.5),
            figure("three limits", threes, 2.5),
            figure("three limits in memory", memories),
        ],
    )


def _hit(limiter: Limiter, many: int) -> Callable[[], None]:
    limits = [Limit("benchmark", secrets.token_hex(8), rate) for rate in RATES[:many]]
    return lambda: require(limiter.hit(limits).admitted, "a request was refused")


def _commands(client: Redis, work: Callable[[], None]) -> list[str]:
    """The commands that Redis gets from the client for the work."""
    sender = client.client_info()["addr"]
    commands: list[str] = []
    with Redis(*REDIS, socket_timeout=2) as redis, redis.monitor() as monitor:
        work()
        client.ping()
        for event in monitor.listen():
            if f"{event['client_address']}:{event['client_port']}" != sender:
                continue
            if event["command"] == "PING":
                break
            commands.append(event["command"].split()[0])
    return commands
