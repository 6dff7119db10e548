"""The limiter in several processes, and while Redis is stopped or hangs."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import ceil
from typing import Any

import httpx
import pytest
from redis import Redis as Client
from redis.connection import Connection
from redis.exceptions import ConnectionError, TimeoutError

from accounts.models import User
from blogai.core import redis_client
from blogai.core.ratelimit.base import HOUR, Limit, Rate
from blogai.core.ratelimit.fallback import FallbackLimiter
from blogai.core.ratelimit.redis import RedisLimiter
from blogai.core.redis_client import RedisClient, RedisDown, Script
from blogai.tests.gunicorn import Gunicorn, serving
from blogai.tests.processes import SECONDS, until
from blogai.tests.redis import Redis

ONE = Script("return 1")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis that the test may kill."""
    server = Redis()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The times that the client tried to connect, or read a reply that did not come."""
    waits: list[str] = []
    connect: Any = Connection._connect
    read: Any = Connection.read_response

    def counted_connect(self: Connection) -> Any:
        try:
            return connect(self)
        except OSError:
            waits.append("connect")
            raise

    def counted_read(self: Connection, *args: Any, **kwargs: Any) -> Any:
        try:
            return read(self, *args, **kwargs)
        except (ConnectionError, TimeoutError):
            waits.append("read")
            raise

    monkeypatch.setattr(Connection, "_connect", counted_connect)
    monkeypatch.setattr(Connection, "read_response", counted_read)
    return waits


def test_a_redis_that_is_down_is_asked_once_a_second(
    own_redis: Redis, waits: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(redis_client, "READ_TIMEOUT", 30)
    caplog.set_level(logging.INFO, logger=redis_client.__name__)
    clock = Clock()
    client = RedisClient(own_redis.url, clock)
    assert client.run(ONE, [], []) == 1

    own_redis.kill()
    for _ in range(30):  # for three seconds
        with pytest.raises(RedisDown):
            client.run(ONE, [], [])
        clock.now += 0.1
    assert len(waits) == 3
    own_redis.start()
    clock.now += 1
    assert [client.run(ONE, [], []) for _ in range(3)] == [1, 1, 1]

    levels = [(record.levelname, record.name) for record in caplog.records]
    assert levels == [("WARNING", redis_client.__name__), ("INFO", redis_client.__name__)]
    assert caplog.messages[1] == "Redis is back after 4 seconds"


def test_an_error_of_redis_is_an_outage_too(redis_url: str) -> None:
    client = RedisClient(redis_url)
    for _ in range(2):
        with pytest.raises(RedisDown):
            client.run(Script("return redis.call('NONSENSE')"), [], [])


def test_a_request_waits_fifty_milliseconds_at_most() -> None:
    assert redis_client.CONNECT_TIMEOUT + redis_client.READ_TIMEOUT <= 0.05


@pytest.mark.chaos
@pytest.mark.parametrize("fault", ["stopped", "hung"])
def test_without_redis_a_process_admits_its_share(own_redis: Redis, waits: list[str], fault: str) -> None:
    """Whatever Redis admitted before: twice the limit at most, by all processes together."""
    processes, rate = 4, Rate(100, HOUR)
    limits = [Limit("posts", "alice", rate), Limit("reads", "alice", Rate(10_000))]
    client = RedisClient(own_redis.url)
    limiter = FallbackLimiter(RedisLimiter(client), processes)
    before = sum(limiter.hit(limits).admitted for _ in range(60))
    waits.clear()

    if fault == "stopped":
        own_redis.kill()
    else:
        own_redis.hang()
    try:
        with ThreadPoolExecutor(8) as threads:
            decisions = list(threads.map(limiter.hit, [limits] * 1000))
    finally:
        own_redis.wake()

    assert sum(each.admitted for each in decisions) == rate.size // processes
    assert before + processes * rate.size // processes <= 2 * rate.size
    assert {each.limit for each in decisions if not each.admitted} == {limits[0]}
    # Each thread once, before it knew; then one a second.
    assert len(waits) <= 8 + 5


@contextmanager
def crowd(gunicorn: Gunicorn) -> Iterator[Callable[[str, int, int], list[httpx.Response]]]:
    """Sends requests with a key: how many, and how many of them at once.

    Connections are kept, so that later requests are answered by processes that have answered earlier ones.
    """
    many = httpx.Limits(max_connections=50, max_keepalive_connections=50)
    with httpx.Client(base_url=gunicorn.url, limits=many, timeout=SECONDS) as client:

        def ask(key: str, times: int, at_once: int) -> list[httpx.Response]:
            headers = {"X-API-Key": key}
            with ThreadPoolExecutor(at_once) as threads:
                return list(threads.map(lambda _: client.get("/api/v1/me", headers=headers), range(times)))

        yield ask


def admitted(replies: list[httpx.Response]) -> int:
    """How many were. The others must be complete refusals, and none may have waited for long."""
    for reply in replies:
        assert reply.elapsed.total_seconds() < 5
        if reply.status_code != 200:
            assert (reply.status_code, reply.json().get("scope")) == (429, "user"), reply.text
            assert 1 <= int(reply.headers["Retry-After"]) <= 60
    return sum(reply.status_code == 200 for reply in replies)


def counted_by_redis(server: Redis, user: User) -> int:
    """How many of the user's requests Redis has admitted just now, of ten a minute."""
    with Client.from_url(server.url) as client:
        return sum(ceil(client.pttl(key) / 6000) for key in client.scan_iter(f"limit:user:*:{user.pk}"))


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_processes_share_a_limit_and_keep_it_without_redis(
    own_redis: Redis, database_url: str, alice: User, bob: User, key_for: Callable[[User], str]
) -> None:
    limits = {"RATE_LIMIT_ENABLED": "true", "RATE_LIMIT_GENERAL": "10"}
    alices, bobs = key_for(alice), key_for(bob)
    with (
        serving(database_url, UVICORN_WORKERS="2", REDIS_URL=own_redis.url, **limits) as gunicorn,
        crowd(gunicorn) as ask,
    ):
        ask(bobs, 30, 5)  # the first requests of a process are slow
        began = time.monotonic()
        assert admitted(ask(alices, 50, 50)) == 10
        assert counted_by_redis(own_redis, alice) == 10

        own_redis.hang()
        hung = ask(alices, 450, 20)
        own_redis.kill()
        alone = admitted(hung + ask(alices, 450, 20))
        passed = time.monotonic() - began
        assert alone > 5, "more than the share of one process, so both have answered all the time"
        assert 10 + alone <= 2 * (10 + passed / 6)

        own_redis.start()
        until(lambda: not admitted(ask(bobs, 10, 10)) and counted_by_redis(own_redis, bob) == 10, seconds=10)
