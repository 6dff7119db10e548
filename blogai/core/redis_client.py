"""The Redis client for all limiters. It waits briefly, and leaves a Redis that is down alone for a second.

It is synchronous, because API keys are checked in threads; async code calls it in one.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from functools import cache
from threading import Lock
from typing import Any

from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT, READ_TIMEOUT = 0.015, 0.035
"""In seconds. A Redis that is down or hangs costs a request at most the sum of both."""
PAUSE = 1.0
"""How many seconds to leave Redis alone after a failure."""


class RedisDown(Exception):
    """Redis has failed, just now or within the last second."""


class Script:
    """A Lua script, and the name that Redis gives it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisClient:
    """Runs scripts. All threads share its connections, and its knowledge that Redis is down."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            socket_connect_timeout=CONNECT_TIMEOUT,
            socket_timeout=READ_TIMEOUT,
            retry=Retry(NoBackoff(), 0),  # a retry would wait as long again, and might count twice
            protocol=2,  # this and the next line: a connection begins without an exchange of greetings
            driver_info=None,
        )
        self._clock = clock
        self._lock = Lock()
        self._down_since: float | None = None
        self._next_try = 0.0

    def run(self, script: Script, keys: Sequence[str], arguments: Sequence[str | float]) -> Any:
        """The script's reply, in one round trip. Raises RedisDown, also for an error that Redis replies."""
        trying = self._down_since is not None
        if trying:
            self._claim_try()
        try:
            reply = self._evaluate(script, (len(keys), *keys, *arguments))
        except (RedisError, OSError) as error:
            self._failed(error)
            raise RedisDown(str(error)) from error
        if trying:
            self._recovered()
        return reply

    def _evaluate(self, script: Script, arguments: Sequence[str | float]) -> Any:
        try:
            return self._execute("EVALSHA", script.sha, *arguments)
        except NoScriptError:  # a new Redis, or its scripts were flushed: EVAL also stores the script
            return self._execute("EVAL", script.text, *arguments)

    def _execute(self, *command: str | float) -> Any:
        """As redis-py's `execute_command`, but for its own telemetry, which takes as long as a script."""
        connection: Any = self._pool.get_connection()
        try:
            connection.send_command(*command)
            return connection.read_response()
        finally:
            self._pool.release(connection)

    def _claim_try(self) -> None:
        """Raises RedisDown for all but one caller a second, who finds out whether Redis is back."""
        with self._lock:
            now = self._clock()
            if now < self._next_try:
                raise RedisDown("Redis was down a moment ago")
            self._next_try = now + PAUSE

    def _failed(self, error: Exception) -> None:
        with self._lock:
            now = self._clock()
            self._next_try = now + PAUSE
            if self._down_since is None:
                self._down_since = now
                logger.warning("Redis is down, so each process counts its limits alone: %s", error)

    def _recovered(self) -> None:
        with self._lock:
            if self._down_since is not None:
                logger.info("Redis is back after %.0f seconds", self._clock() - self._down_since)
                self._down_since = None


@cache
def client_for(url: str) -> RedisClient:
    """The client of this process for the address."""
    return RedisClient(url)
