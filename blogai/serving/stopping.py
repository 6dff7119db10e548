"""What Ctrl-C and SIGTERM do to `serve`: one orderly stop, however often they come."""

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Asked to stop while still starting. Not an Exception: nothing on the way may handle it."""


class Stopping:
    """The first signal raises Stop or, once there is a `then`, calls that; later ones change nothing."""

    def __init__(self) -> None:
        self.asked = False
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
        if self.then is None:
            raise Stop
        self.then()
