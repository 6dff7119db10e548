"""Programs that run side by side under the first process of a container: if one ends, so do all."""

import os
import signal
import sys
from collections.abc import Mapping
from types import FrameType

FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
GRACE = 30
"""Seconds for programs to stop after one of them has ended, until they are killed."""


class Processes:
    """Forwards SIGTERM, SIGINT and SIGQUIT as SIGTERM, and reaps every process whose parent has ended."""

    def __init__(self) -> None:
        self._running: dict[int, str] = {}
        self._stopping = False
        self._asked = False
        for number in FORWARDED:
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGALRM, self._on_alarm)

    def run(self, name: str, program: tuple[str, ...], environment: Mapping[str, str]) -> int:
        """Run a program to its end. Returns its exit code, 128 and the signal's number for one."""
        self.start(name, program, environment)
        code = 143
        while self._running:
            _, code = self._next()
        return 143 if self._asked else code

    def start(self, name: str, program: tuple[str, ...], environment: Mapping[str, str]) -> None:
        """Start it in a process group of its own, so that Ctrl-C in a terminal reaches only us."""
        # A signal between the start and the note of it would not reach the program.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)
        try:
            if not self._asked:
                pid = os.posix_spawn(program[0], program, environment, setpgroup=0, setsigmask=before)
                self._running[pid] = name
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def wait(self) -> int:
        """Wait until all have ended. Returns 0 if we were asked to stop and all did so cleanly."""
        result = 143 if self._asked and not self._running else 0
        while self._running:
            name, code = self._next()
            if not self._stopping:
                print(
                    f"Blog AI stops, because {name} has ended {_explained(code)}.",
                    file=sys.stderr,
                    flush=True,
                )
                code = code or 1
                self._stop()
            result = result or code
        signal.alarm(0)
        return result

    def _next(self) -> tuple[str, int]:
        """The next of our programs that ends, and its exit code."""
        while True:
            pid, status = os.wait()
            if name := self._running.pop(pid, ""):
                code = os.waitstatus_to_exitcode(status)
                return name, code if code >= 0 else 128 - code

    def _stop(self) -> None:
        self._stopping = True
        self._send(signal.SIGTERM)
        signal.alarm(GRACE)

    def _send(self, number: signal.Signals) -> None:
        for pid in self._running:
            os.kill(pid, number)  # who has ended is not reaped yet, so the number is still theirs

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        self._stop()

    def _on_alarm(self, number: int, frame: FrameType | None) -> None:
        self._send(signal.SIGKILL)


def _explained(code: int) -> str:
    if code <= 128:
        return f"with code {code}"
    name = signal.Signals(code - 128).name
    return f"by {name}" + (", perhaps because memory ran out" if name == "SIGKILL" else "")
