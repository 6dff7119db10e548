"""The limit of calls a minute: in one process, and shared through a real Redis and a real Postgres."""

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis as redis_client
from django.db import OperationalError, connection

from generation.llm.ratelimit import postgres, redis
from generation.llm.ratelimit.base import FallbackRateLimiter
from generation.llm.ratelimit.memory import MemoryRateLimiter
from generation.llm.ratelimit.redis import RedisRateLimiter
from generation.llm.tests.clocks import Jumping


async def test_never_more_than_the_limit_in_any_minute() -> None:
    clock = Jumping()
    turns = MemoryRateLimiter(10, clock.clock)
    taken = []
    for _ in range(100):
        clock.now += 1
        wait = await turns.acquire(60)
        if wait is not None:
            taken.append(clock.now + wait)

    assert taken == sorted(taken) and len(taken) > 20
    assert all(later - earlier >= 60 for earlier, later in zip(taken, taken[10:], strict=False))


async def test_a_turn_that_is_too_far_off_is_not_taken() -> None:
    clock = Jumping()
    turns = MemoryRateLimiter(1, clock.clock)

    assert [await turns.acquire(30), await turns.acquire(30), await turns.acquire(90)] == [0, None, 60]
    clock.now += 60
    assert await turns.acquire(30) is None
    assert await turns.acquire(60) == 60


async def test_redis_counts_as_we_do(redis_url: str) -> None:
    turns = RedisRateLimiter(redis_url, 3, key="test:counts")

    waits = [await turns.acquire(100) for _ in range(6)]

    assert waits[:3] == [0, 0, 0]
    assert all(wait and 30 < wait <= 60 for wait in waits[3:])
    assert await turns.acquire(60) is None
    with redis_client.Redis.from_url(redis_url) as client:
        assert client.llen("test:counts") == 3
        assert 0 < client.ttl("test:counts") <= 181


async def test_turns_come_back_in_redis(redis_url: str) -> None:
    turns = RedisRateLimiter(redis_url, 2, key="test:back", minute=1)
    assert [await turns.acquire(0) for _ in range(3)] == [0, 0, None]

    await asyncio.sleep(1.05)

    assert [await turns.acquire(0) for _ in range(3)] == [0, 0, None]


def test_event_loops_share_the_limit_through_redis(redis_url: str) -> None:
    def take_ten() -> list[float | None]:
        async def takes() -> list[float | None]:
            turns = RedisRateLimiter(redis_url, 15, key="test:shared")
            return await asyncio.gather(*(turns.acquire(10) for _ in range(10)))

        return asyncio.run(takes())

    with ThreadPoolExecutor(4) as threads:
        waits = [wait for taken in threads.map(lambda _: take_ten(), range(4)) for wait in taken]

    assert waits.count(0) == 15 and waits.count(None) == 25


@pytest.mark.parametrize("hangs", [False, True])
async def test_without_redis_each_process_counts_alone(hangs: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        if not hangs:
            listener.close()
        turns = FallbackRateLimiter(RedisRateLimiter(f"redis://127.0.0.1:{port}/0", 2), redis.OUTAGES)

        assert [await turns.acquire(1) for _ in range(3)] == [0, 0, None]


async def test_nor_does_a_lost_database_fail_a_call() -> None:
    class Away:
        limit = 1

        async def acquire(self, max_wait: float) -> float | None:
            raise OperationalError("gone")

    turns = FallbackRateLimiter(Away(), postgres.OUTAGES)

    assert [await turns.acquire(1), await turns.acquire(1)] == [0, None]


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 3])
def test_postgres_counts_as_we_do(limit: int) -> None:
    waits = [postgres.acquire("test", limit, 100) for _ in range(limit * 2)]

    assert waits[:limit] == [0] * limit
    assert [round(wait or 0) for wait in waits[limit:]] == [60] * limit
    assert postgres.acquire("test", limit, 100) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(taken) FROM llm_turns WHERE name = 'test'")
        assert cursor.fetchone() == (limit,)
        cursor.execute(
            "UPDATE llm_turns SET taken = ARRAY[now() - interval '61 seconds'] WHERE name = 'test'"
        )
    assert postgres.acquire("test", limit, 0) == 0


@pytest.mark.django_db
def test_postgres_follows_a_changed_limit() -> None:
    for limit, expected in [(2, 0), (2, 0), (1, None), (4, 0), (4, 0), (4, None)]:
        assert postgres.acquire("test", limit, 10) == expected


@pytest.mark.django_db(transaction=True)
def test_connections_share_the_limit_through_postgres() -> None:
    start = threading.Barrier(3)

    def take_ten(_: int) -> list[float | None]:
        try:
            start.wait(10)
            return [postgres.acquire("test", 15, 10) for _ in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        waits = [wait for taken in threads.map(take_ten, range(3)) for wait in taken]

    assert waits.count(0) == 15 and waits.count(None) == 15
