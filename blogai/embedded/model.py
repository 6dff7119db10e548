"""The demo model: a small one of our own on loopback, for whoever has no key yet."""

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings

from blogai.embedded import locks
from blogai.embedded.refusal import CannotStart, explained
from generation.llm.configured import needs_demo_model

COMMAND = [sys.executable, "-m", "generation.llm.demo", "--port", "0"]
PROJECT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
STOP_SECONDS = 3
NOT_INSTALLED = 3
"""The program's exit code when the wheels that it runs on are missing."""
KEYS = "OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY (or OPENAI_BASE_URL for a server of your own)"


@contextmanager
def demo_model(data_dir: Path) -> Iterator[str]:
    """The base URL of the demo model, which answers inside. Raises CannotStart."""
    with DemoModel(data_dir) as model:
        yield model.url()


@contextmanager
def demo_model_if_needed() -> Iterator[None]:
    """The demo model answers inside if no other one would. Raises CannotStart."""
    with demo_model(settings.DATA_DIR) if needs_demo_model() else nullcontext():
        yield


class DemoModel:
    """The demo model of `data_dir`. It is on its way once this is entered, and `url` waits for it.

    Whoever comes first runs it until they leave, and keeps its URL in `data_dir`/model.url; whoever comes
    later uses that one.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.address = data_dir / "model.url"
        self.log = data_dir / "model.log"
        self._leaving = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as leaving, explained(self.data_dir):
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._lock = leaving.enter_context(locks.opened(self.data_dir / "model.lock"))
            self._child = leaving.enter_context(self._run()) if locks.take(self._lock) else None
            self._leaving = leaving.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.close()

    def url(self) -> str:
        """Its base URL, as soon as it answers. Raises CannotStart."""
        deadline = time.monotonic() + START_SECONDS
        with explained(self.data_dir):
            while self._child is None:
                if url := self._someone_elses():
                    return url
                if locks.take(self._lock):  # theirs is gone
                    self._child = self._leaving.enter_context(self._run())
                elif time.monotonic() > deadline:
                    raise CannotStart(
                        f"Another process does not get the demo model of {self.data_dir} to start."
                    )
                time.sleep(0.05)
            url = f"http://127.0.0.1:{_port(self._child, self.log)}/v1"
            _write_whole(self.address, url)
        return url

    def _someone_elses(self) -> str:
        """The URL of the model that another process runs, once it answers."""
        url = self.address.read_text() if self.address.exists() else ""
        return url if url and _answers(url) else ""

    @contextmanager
    def _run(self) -> Iterator[subprocess.Popen[bytes]]:
        self.address.unlink(missing_ok=True)  # of one that was killed
        with open(self.log, "wb") as log:
            child = subprocess.Popen(
                COMMAND, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
        try:
            yield child
        finally:
            self.address.unlink(missing_ok=True)
            _stop(child)


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=1).close()
    except OSError:
        return False
    return True


def _port(child: subprocess.Popen[bytes], log: Path) -> int:
    """Where it listens, once it says so."""
    assert child.stdout is not None  # noqa: S101
    answered, _, _ = select.select([child.stdout], [], [], START_SECONDS)
    said = child.stdout.readline().split() if answered else []
    if len(said) == 2 and said[0] == b"ready":
        return int(said[1])
    child.kill()  # of one that ended by itself the exit code stays what it was
    complaint = log.read_text(errors="replace").strip() or f"did not get ready; its log is {log}"
    if child.wait() == NOT_INSTALLED:
        raise CannotStart(f"There is no model to write with: set {KEYS}. ({complaint})")
    raise CannotStart(f"The demo model failed: {complaint}. Set {KEYS} to use another.")


def _write_whole(path: Path, text: str) -> None:
    """No reader sees a half of it."""
    draft = path.with_suffix(".new")
    draft.write_text(text)
    os.replace(draft, path)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """It ends when its input does, and is not asked twice."""
    with child:  # waits for it, and closes what connects us
        assert child.stdin is not None  # noqa: S101
        child.stdin.close()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
