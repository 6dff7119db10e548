"""Runs probes in parallel threads, with a timeout and a short cache."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from django.utils.module_loading import import_string

TIMEOUT = 0.8
"""Seconds, so that a whole reply takes less than one even if services are down."""
CACHE_SECONDS = 1.0
"""Seconds for which a result is reused, unless the probe has its own number."""

logger = logging.getLogger(__name__)


class ProbeRunner[T]:
    """Runs each probe at most once at a time; concurrent callers share that run.

    A service that hangs therefore holds only one thread. `paths` maps the names of the probes to dotted paths
    of functions, `cache_seconds` maps some of them to how long their results are reused.
    """

    def __init__(self, paths: Mapping[str, str], cache_seconds: Mapping[str, float] | None = None) -> None:
        self._probes: dict[str, Callable[[], T]] = {name: import_string(path) for name, path in paths.items()}
        self._cache_seconds = cache_seconds or {}
        self._threads = ThreadPoolExecutor(max(1, len(paths)), thread_name_prefix="health")
        self._runs: dict[str, tuple[float, Future[T]]] = {}
        self._lock = Lock()

    async def ask(self, names: Iterable[str]) -> dict[str, T | None]:
        """The result of each probe; None if it failed or timed out. Never raises."""
        runs = {name: self._run_of(name) for name in names}
        if runs:
            done, late = await asyncio.wait(
                [asyncio.wrap_future(run) for run in runs.values()], timeout=TIMEOUT
            )
            for wrapped in done:
                wrapped.exception()  # or asyncio would log a traceback; `_answer` reports it
            for waiting in late:
                waiting.cancel()  # the run itself continues, and the next caller finds it
        return {name: _answer(name, run) for name, run in runs.items()}

    def _run_of(self, name: str) -> Future[T]:
        """The current run, or the last one if its result is recent enough, or a new one."""
        with self._lock:
            now = time.monotonic()
            began, run = self._runs.get(name, (0.0, None))
            if run is None or (run.done() and now - began > self._cache_seconds.get(name, CACHE_SECONDS)):
                run = self._threads.submit(self._probes[name])
                self._runs[name] = (now, run)
            return run


def _answer[T](name: str, run: Future[T]) -> T | None:
    if not run.done() or run.cancelled():
        logger.warning("the probe of %s did not answer within %s s", name, TIMEOUT)
        return None
    if error := run.exception():
        # Only in the log, because the reply must not name hosts.
        logger.warning("the probe of %s failed: %s", name, error)
        return None
    return run.result()
