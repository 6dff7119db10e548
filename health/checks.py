"""What /health asks: each probe returns `{"status": "up" | "down" | "not_configured", …}` or raises.

They are found through `settings.HEALTH_PROBES` (service -> dotted path), so that health imports no app.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from threading import Lock

import redis
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

type Probe = Callable[[], dict[str, object]]


def database() -> dict[str, object]:
    """A round trip on a connection of the pool: what a request would get."""
    start = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()
    return {"status": "up", "latency_ms": _since(start)}


def redis_server() -> dict[str, object]:
    if not settings.REDIS_URL:
        return {"status": "not_configured"}
    start = time.perf_counter()
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5) as client:
        client.ping()
    return {"status": "up", "latency_ms": _since(start)}


def stripe() -> dict[str, object]:
    return {"status": "not_configured", "mode": None}


def sentry() -> dict[str, object]:
    return {"status": "not_configured"}


class Probes:
    """The configured probes, each running at most once at a time: many callers share one run.

    So a service that hangs holds one thread, however often it is asked for.
    """

    def __init__(self, paths: dict[str, str]) -> None:
        self.probes: dict[str, Probe] = {name: import_string(path) for name, path in paths.items()}
        self._threads = ThreadPoolExecutor(max(1, len(paths)), thread_name_prefix="health")
        self._running: dict[str, Future[dict[str, object]]] = {}
        self._lock = Lock()

    def start(self) -> dict[str, Future[dict[str, object]]]:
        """The run of each probe, by the service's name."""
        with self._lock:
            for name, probe in self.probes.items():
                if name not in self._running or self._running[name].done():
                    self._running[name] = self._threads.submit(probe)
            return dict(self._running)


@cache
def configured() -> Probes:
    return Probes(settings.HEALTH_PROBES)


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 1)
