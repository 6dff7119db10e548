"""What Ctrl-C and SIGTERM do to `serve` and `worker`: one orderly stop, however often they come, in time."""

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LIMIT = 9.5
"""Seconds from the first signal to the end, without the time in which a balancer is given notice.

Everything that is put down has its own share of them (sockets 1, web 2, worker 3, Postgres 2 and 1).
"""


class Stop(BaseException):
    """Asked to stop while still starting. Not an Exception: nothing on the way may handle it."""


class Stopping:
    """The first signal raises Stop or, once there is a `then`, calls that; later ones change nothing.

    Whatever hangs, the process is gone after `limit` seconds: the next start goes on as after a kill.
    """

    def __init__(self, limit: float = LIMIT) -> None:
        self.asked = False
        self.limit = limit
        self.then: Callable[[], object] | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup; a shell's `&` ignores SIGINT too, which is meant for us all the same
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def underway(self) -> None:
        """Nothing interrupts from here on."""
        self.asked = True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            return
        self.asked = True
        watchdog = threading.Timer(self.limit, _give_up)
        watchdog.daemon = True
        watchdog.start()
        if self.then is None:
            raise Stop
        self.then()


def _give_up() -> None:
    print(
        "Blog AI did not stop in time and ends as it is; the next start goes on.", file=sys.stderr, flush=True
    )
    faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
    os._exit(1)
