"""Runs our commands as processes, each in its own process group, like in a terminal."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

PROJECT = Path(__file__).resolve().parent.parent.parent
SECONDS = 60
"""Seconds for a start on a busy machine."""
STOPPED_WITHIN = 10
"""Seconds for a stop, even if something hangs."""


class Process:
    """One of our Python programs, and what it prints."""

    PROGRAM: tuple[str, ...]

    def __init__(self, data_dir: Path, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *self.PROGRAM, *arguments],
            cwd=PROJECT,
            env=environment_of(data_dir, **environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.printed: list[str] = []
        self._lines: Queue[str | None] = Queue()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as printed:
            for line in printed:
                self.printed.append(line.rstrip())
                self._lines.put(line.rstrip())
        self._lines.put(None)

    def line_with(self, text: str) -> str:
        """The next line that contains `text`."""
        while (line := self._lines.get(timeout=SECONDS)) is not None:
            if text in line:
                return line
        raise AssertionError(f"no {text!r} in:\n" + "\n".join(self.printed))

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def end(self, *signals: signal.Signals) -> int:
        """Send the signals to the process group; returns the exit code."""
        for number in signals:
            os.killpg(self.process.pid, number)
        return self.process.wait(STOPPED_WITHIN)

    def pause(self) -> None:
        """Stop the process, as on an overloaded machine, until `resume`."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        if self.runs:
            os.killpg(self.process.pid, number)

    def close(self) -> None:
        """Wait until the process has ended and its output has been read."""
        if self.runs:
            self.end(signal.SIGKILL)
        self.reader.join()


class Serve(Process):
    """`manage.py serve`."""

    PROGRAM = ("manage.py", "serve", "--port", "0")

    def url(self) -> str:
        return self.line_with("Blog AI is ready at").split()[-1]


class Worker(Process):
    PROGRAM = ("manage.py", "worker")
    READY = "The worker is ready."


@contextmanager
def serving(data_dir: Path, **environment: str) -> Iterator[Serve]:
    serve = Serve(data_dir, **environment)
    try:
        yield serve
    finally:
        serve.close()


@contextmanager
def working(data_dir: Path, **environment: str) -> Iterator[Worker]:
    worker = Worker(data_dir, **environment)
    try:
        yield worker
    finally:
        worker.close()


def manage(*arguments: str, data_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=environment_of(data_dir, **environment),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def environment_of(data_dir: Path, **more: str) -> dict[str, str]:
    """`serve` with an API key, so that it does not start the demo model."""
    return {**os.environ, "DATABASE_URL": "", "DATA_DIR": str(data_dir), "OPENAI_API_KEY": "sk-none", **more}


def until[T](value: Callable[[], T | None], what: str = "", *, seconds: float = SECONDS) -> T:
    """Poll until the value is true, and return it. Raises AssertionError after a time limit."""
    end = time.monotonic() + seconds
    while not (found := value()):
        assert time.monotonic() < end, f"not in {seconds:g} seconds: {what or value}"
        time.sleep(0.05)
    return found
