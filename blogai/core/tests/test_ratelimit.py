"""Both limiters against an exact leaky bucket, and what each has to bear."""

import itertools
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from redis import Redis

from blogai.core.ratelimit import configured, memory
from blogai.core.ratelimit.base import DAY, HOUR, MINUTE, Decision, Limit, Limiter, Rate
from blogai.core.ratelimit.fallback import FallbackLimiter, share
from blogai.core.ratelimit.memory import MemoryLimiter
from blogai.core.ratelimit.redis import RedisLimiter
from blogai.core.redis_client import RedisClient

type Request = tuple[int, list[Limit]]
"""When, in microseconds, and against which limits."""

names = map(str, itertools.count())
"""Owners that no other test or example has."""


class Clock:
    """Stands until it is set."""

    def __init__(self, now: float = 0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["memory", "redis"])
def limiter_of(request: pytest.FixtureRequest) -> Callable[[Clock], Limiter]:
    if request.param == "memory":
        return MemoryLimiter
    client = RedisClient(request.getfixturevalue("redis_url"))
    return lambda clock: RedisLimiter(client, clock)


class LeakyBucket:
    """Holds `size` requests at most, and loses one in each interval: the level, in fractions."""

    def __init__(self, rate: Rate) -> None:
        self.size = rate.size
        self.interval = Fraction(math.ceil(Fraction(rate.period) * 1_000_000 / rate.count))
        self.level, self.at = Fraction(0), 0
        self.admitted: list[int] = []

    def leak(self, now: int) -> bool:
        """Whether there is room for one more."""
        self.level = max(Fraction(0), self.level - (now - self.at) / self.interval)
        self.at = now
        return self.level + 1 <= self.size

    def expected(self, limit: Limit, admitted: bool) -> Decision:
        """What is said of the limit, after the request was poured in or not."""
        seconds = self.interval / 1_000_000
        wait = 0 if admitted else float((self.level + 1 - self.size) * seconds)
        left = math.floor(self.size - self.level) if admitted else 0
        return Decision(admitted, limit, left, float(self.level * seconds), wait)

    def never_too_many(self) -> bool:
        """Whether every window of time has at most the burst, and what becomes free during it."""
        return all(
            last - first + 1 <= self.size + (self.admitted[last] - self.admitted[first]) / self.interval
            for first, last in itertools.combinations(range(len(self.admitted)), 2)
        )


# Intervals are long for the clock that the tests set, so that no key expires by Redis' own clock meanwhile.
rates = st.builds(
    Rate,
    count=st.integers(1, 12),
    period=st.sampled_from([MINUTE * 10, HOUR, DAY, 3601.7]) | st.integers(600, 10**6).map(float),
    burst=st.integers(0, 6),
)


@st.composite
def traffic(draw: st.DrawFn) -> list[Request]:
    """Requests of two owners against some of up to three limits, often just before or after one is free."""
    scopes = draw(st.lists(rates, min_size=1, max_size=3))
    owners = [next(names), next(names)]
    gaps = st.just(0) | st.builds(
        lambda rate, times, by: max(0, rate.microseconds * times + by),
        *(st.sampled_from(scopes), st.integers(0, 3), st.integers(-1, 1)),
    )
    now, requests = draw(st.integers(0, 10**12)), []
    for _ in range(draw(st.integers(1, 16))):
        now += draw(gaps)
        owner = draw(st.sampled_from(owners))
        asked = draw(st.sets(st.sampled_from(range(len(scopes))), min_size=1))
        requests.append((now, [Limit(f"scope-{n}", owner, scopes[n]) for n in sorted(asked)]))
    return requests


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(requests=traffic())
def test_it_is_an_exact_leaky_bucket(limiter_of: Callable[[Clock], Limiter], requests: list[Request]) -> None:
    clock = Clock()
    buckets: dict[Limit, LeakyBucket] = {}
    limiter = limiter_of(clock)
    for now, limits in requests:
        clock.now = now / 1e6
        asked = {limit: buckets.setdefault(limit, LeakyBucket(limit.rate)) for limit in limits}
        room = {limit: bucket.leak(now) for limit, bucket in asked.items()}
        admitted = all(room.values())
        for bucket in asked.values() if admitted else ():
            bucket.level += 1
            bucket.admitted.append(now)
        said = [asked[limit].expected(limit, room[limit]) for limit in limits]
        expected = [each for each in said if admitted or not each.admitted]

        decision = limiter.hit(limits)

        assert decision in expected
        assert decision.remaining == min(each.remaining for each in expected)
        assert decision.retry_after == max(each.retry_after for each in expected)
    assert all(bucket.never_too_many() for bucket in buckets.values())


def test_threads_share_a_limit(limiter_of: Callable[[Clock], Limiter]) -> None:
    limiter, limit = limiter_of(Clock(5)), Limit("posts", next(names), Rate(10))

    with ThreadPoolExecutor(8) as threads:
        admitted = [decision.admitted for decision in threads.map(limiter.hit, [[limit]] * 50)]

    assert admitted.count(True) == 10


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "CAPACITY", 100)
    clock = Clock()
    limiter = MemoryLimiter(clock)
    busiest = Limit("posts", "busiest", Rate(10, DAY))
    for _ in range(10):
        limiter.hit([busiest])
    for n in range(1000):  # all at once
        limiter.hit([Limit("posts", str(n), Rate(10))])
    assert len(limiter) == 100
    assert not limiter.hit([busiest]).admitted
    for n in range(1000):  # one after the other
        clock.now += 6
        limiter.hit([Limit("posts", str(n), Rate(10))])
    assert len(limiter) <= 3


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


def test_redis_is_asked_once(redis: Redis, redis_url: str) -> None:
    limiter, owner = RedisLimiter(RedisClient(redis_url)), next(names)
    limits = [Limit("burst", owner, Rate(5, MINUTE)), Limit("posts", owner, Rate(100, DAY))]
    limiter.hit(limits)
    redis.config_resetstat()

    assert [limiter.hit(limits).remaining for _ in range(5)] == [3, 2, 1, 0, 0]

    called = {name: figures["calls"] for name, figures in redis.info("commandstats").items()}
    assert called.pop("cmdstat_evalsha") == 5
    assert not {"cmdstat_eval", "cmdstat_script|load", "cmdstat_hello", "cmdstat_client|setinfo"} & {*called}
    # The last of the six was refused, and counts in neither.
    assert 50 <= redis.ttl(f"limit:burst:5/60/5:{owner}") <= 60
    assert 5 * 864 - 10 <= redis.ttl(f"limit:posts:100/86400/100:{owner}") <= 5 * 864

    redis.script_flush()
    redis.flushall()
    assert limiter.hit(limits).remaining == 4


@pytest.mark.parametrize("value", ["", "nonsense", "nan", "-inf", "inf", "-5", "9" * 20, "\x00", "0x"])
def test_an_odd_value_counts_as_nothing(redis: Redis, redis_url: str, value: str) -> None:
    limit = Limit("posts", next(names), Rate(3))
    redis.set(f"limit:posts:3/60/3:{limit.owner}", value)

    assert RedisLimiter(RedisClient(redis_url)).hit([limit]).remaining == 2


def test_so_does_another_type(redis: Redis, redis_url: str) -> None:
    limiter, limit = RedisLimiter(RedisClient(redis_url)), Limit("posts", next(names), Rate(3))
    redis.lpush(f"limit:posts:3/60/3:{limit.owner}", "a list")

    assert [limiter.hit([limit]).remaining for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("rate", "processes", "expected"),
    [
        (Rate(60), 1, Rate(60, MINUTE, 60)),
        (Rate(60, burst=10), 4, Rate(60, 4 * MINUTE, 2)),
        (Rate(1, DAY), 4, Rate(1, 4 * DAY, 1)),  # together four at once, and then one a day
    ],
)
def test_a_share_of_a_rate(rate: Rate, processes: int, expected: Rate) -> None:
    assert share(rate, processes) == expected


def test_the_settings_say_which(settings: Settings) -> None:
    limits = [Limit("posts", "alice", Rate(8)), Limit("reads", "alice", Rate(1000))]
    assert configured.limiter() is configured.limiter()
    assert configured.limiter().hit(limits).remaining == 7

    settings.REDIS_URL, settings.WEB_PROCESSES = "redis://127.0.0.1:1/0", 4  # nobody answers there
    assert isinstance(configured.limiter(), FallbackLimiter)
    decisions = [configured.limiter().hit(limits) for _ in range(3)]
    assert [each.admitted for each in decisions] == [True, True, False]
    assert {each.limit for each in decisions} == {limits[0]}
