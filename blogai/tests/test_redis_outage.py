"""The limiter in several processes, and while Redis is stopped or hangs."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis.connection import Connection
from redis.exceptions import ConnectionError, TimeoutError

from blogai.core import redis_client
from blogai.core.ratelimit.base import HOUR, Limit, Rate
from blogai.core.ratelimit.fallback import FallbackLimiter
from blogai.core.ratelimit.redis import RedisLimiter
from blogai.core.redis_client import RedisClient, RedisDown, Script
from blogai.tests.processes import PROJECT
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


HITS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from blogai.core import redis_client
redis_client.CONNECT_TIMEOUT = redis_client.READ_TIMEOUT = 30
from blogai.core.ratelimit.base import Limit, Rate
from blogai.core.ratelimit.redis import RedisLimiter

limiter = RedisLimiter(redis_client.RedisClient(sys.argv[1]))
limits = [Limit("two processes", "alice", Rate(10, 3600)), Limit("two processes", "alice", Rate(1000, 60))]
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(25) as threads:
    print(sum(decision.admitted for decision in threads.map(limiter.hit, [limits] * 25)))
"""


@pytest.mark.worker
def test_two_processes_share_a_limit(redis_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", HITS, redis_url],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    admitted = [int(process.communicate(timeout=60)[0]) for process in processes]

    assert sum(admitted) == 10
