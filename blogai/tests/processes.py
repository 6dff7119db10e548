"""Our commands as processes of their own, each in a process group, as a terminal would make it."""

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
"""For a start on a busy machine."""
STOPPED_WITHIN = 10
"""Promised, whatever hangs."""


class Process:
    """A Python program of ours, and what it prints."""

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
        """The first line from here on that has `text` in it."""
        while (line := self._lines.get(timeout=SECONDS)) is not None:
            if text in line:
                return line
        raise AssertionError(f"no {text!r} in:\n" + "\n".join(self.printed))

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def end(self, *signals: signal.Signals) -> int:
        """Its exit code after signals to the whole group."""
        for number in signals:
            os.killpg(self.process.pid, number)
        return self.process.wait(STOPPED_WITHIN)

    def pause(self) -> None:
        """It stands still, as on a machine that has too much to do, until `resume`."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        if self.runs:
            os.killpg(self.process.pid, number)

    def close(self) -> None:
        """It is gone, and all that it printed is read, when this returns."""
        if self.runs:
            self.end(signal.SIGKILL)
        self.reader.join()


class Serve(Process):
    """The whole product in one."""

    PROGRAM = ("manage.py", "serve", "--port", "0")

    def url(self) -> str:
        return self.line_with("Blog AI is ready at").split()[-1]


class Worker(Process):
    PROGRAM = ("manage.py", "worker")
    READY = "Blog AI's worker takes jobs."


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
    """A key is set, so that nothing waits for the demo model."""
    return {**os.environ, "DATABASE_URL": "", "DATA_DIR": str(data_dir), "OPENAI_API_KEY": "sk-none", **more}


def until[T](value: Callable[[], T | None], what: str = "", *, seconds: float = SECONDS) -> T:
    """The first value that is true. An AssertionError says what did not come in time."""
    end = time.monotonic() + seconds
    while not (found := value()):
        assert time.monotonic() < end, f"not in {seconds:g} seconds: {what or value}"
        time.sleep(0.05)
    return found
