"""Questions asked in parallel, in threads, with a limit to how long anybody waits for an answer."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from django.utils.module_loading import import_string

PATIENCE = 0.8
"""Seconds: a whole answer takes less than one, whatever is down."""
KEPT = 1.0
"""Seconds that an answer counts, unless the probe has its own: who asks more often learns nothing new."""

logger = logging.getLogger(__name__)


class Probes[T]:
    """Each runs at most once at a time: many callers share one run.

    So a service that hangs holds one thread, however often it is asked for. `paths` leads from a name to the
    dotted path of a function, `kept` to the seconds that its answer counts.
    """

    def __init__(self, paths: Mapping[str, str], kept: Mapping[str, float] | None = None) -> None:
        self._probes: dict[str, Callable[[], T]] = {name: import_string(path) for name, path in paths.items()}
        self._kept = kept or {}
        self._threads = ThreadPoolExecutor(max(1, len(paths)), thread_name_prefix="health")
        self._runs: dict[str, tuple[float, Future[T]]] = {}
        self._lock = Lock()

    async def ask(self, names: Iterable[str]) -> dict[str, T | None]:
        """The answer of each; None from one that failed or did not answer in time. Never raises."""
        runs = {name: self._run_of(name) for name in names}
        if runs:
            _, late = await asyncio.wait(
                [asyncio.wrap_future(run) for run in runs.values()], timeout=PATIENCE
            )
            for waiting in late:
                waiting.cancel()  # the run itself goes on, and the next caller finds it
        return {name: _answer(name, run) for name, run in runs.items()}

    def _run_of(self, name: str) -> Future[T]:
        """The run under way or the last one, while that counts; else a new one."""
        with self._lock:
            now = time.monotonic()
            began, run = self._runs.get(name, (0.0, None))
            if run is None or (run.done() and now - began > self._kept.get(name, KEPT)):
                run = self._threads.submit(self._probes[name])
                self._runs[name] = (now, run)
            return run


def _answer[T](name: str, run: Future[T]) -> T | None:
    if not run.done() or run.cancelled():
        logger.warning("The probe of %s did not answer within %s s.", name, PATIENCE)
        return None
    if error := run.exception():
        logger.warning("The probe of %s failed: %s", name, error)  # the reply names no host
        return None
    return run.result()
