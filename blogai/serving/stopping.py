"""Signal handling of `serve` and `worker`: one orderly stop, with a time limit, for any number of signals."""

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TIME_LIMIT = 9.5
"""Seconds from the first signal to the end, not counting the time for draining.

Every component has its own share of them (sockets 1, web 2, worker 3, Postgres 2 and 1).
"""


class Stop(BaseException):
    """A signal came during startup. Not an Exception, so that no handler on the way catches it."""


class Stopping:
    """The first signal calls `on_stop`, or raises Stop while that is not set. Later signals are ignored.

    If something hangs, the process exits after `limit` seconds, and the next start recovers as after a kill.
    """

    def __init__(self, limit: float = TIME_LIMIT) -> None:
        self.asked = False
        self.limit = limit
        self.on_stop: Callable[[], object] | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup; SIGINT is handled even where a shell's `&` ignores it
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def begin(self) -> None:
        """Begin to stop: signals are ignored from here on."""
        self.asked = True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            return
        self.asked = True
        watchdog = threading.Timer(self.limit, _exit_now)
        watchdog.daemon = True
        watchdog.start()
        if self.on_stop is None:
            raise Stop
        self.on_stop()


def _exit_now() -> None:
    print(
        "Blog AI didn't stop in time and is exiting now. The next start will recover.",
        file=sys.stderr,
        flush=True,
    )
    faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
    os._exit(1)
