"""The demo model: a small model on loopback, used when no API key is configured."""

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
from blogai.embedded.errors import CannotStart, explain_os_errors
from generation.llm.configured import needs_demo_model

COMMAND = [sys.executable, "-m", "generation.llm.demo", "--port", "0"]
PROJECT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
STOP_SECONDS = 3
NOT_INSTALLED = 3
"""The program's exit code when one of its packages is missing."""
KEYS = "OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY (or OPENAI_BASE_URL for a server of your own)"


@contextmanager
def demo_model(data_dir: Path) -> Iterator[str]:
    """Runs the demo model inside the block; gives its base URL. Raises CannotStart."""
    with DemoModel(data_dir) as model:
        yield model.url()


@contextmanager
def demo_model_if_needed() -> Iterator[None]:
    """Runs the demo model inside the block if no other model is configured. Raises CannotStart."""
    with demo_model(settings.DATA_DIR) if needs_demo_model() else nullcontext():
        yield


class DemoModel:
    """The demo model of `data_dir`, which several processes can share.

    Entering it starts the model, and `url` waits until it answers. The first process runs the model and
    stores its URL in `data_dir`/model.url, where the others find it.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.address = data_dir / "model.url"
        self.log = data_dir / "model.log"
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as cleanup, explain_os_errors(self.data_dir):
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._lock = cleanup.enter_context(locks.open_lock_file(self.data_dir / "model.lock"))
            self._child = cleanup.enter_context(self._run()) if locks.try_lock(self._lock) else None
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def url(self) -> str:
        """The base URL, as soon as the model answers. Raises CannotStart."""
        deadline = time.monotonic() + START_SECONDS
        with explain_os_errors(self.data_dir):
            while self._child is None:
                if url := self._shared_url():
                    return url
                if locks.try_lock(self._lock):  # the other process has ended
                    self._child = self._cleanup.enter_context(self._run())
                elif time.monotonic() > deadline:
                    raise CannotStart(f"Another process couldn't start the demo model in {self.data_dir}.")
                time.sleep(0.05)
            url = f"http://127.0.0.1:{_port(self._child, self.log)}/v1"
            _write_atomically(self.address, url)
        return url

    def _shared_url(self) -> str:
        """The URL of the model that another process runs, once it answers."""
        url = self.address.read_text() if self.address.exists() else ""
        return url if url and _answers(url) else ""

    @contextmanager
    def _run(self) -> Iterator[subprocess.Popen[bytes]]:
        self.address.unlink(missing_ok=True)  # left by a process that was killed
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
    """The port, as soon as the model reports that it is ready."""
    assert child.stdout is not None  # noqa: S101
    answered, _, _ = select.select([child.stdout], [], [], START_SECONDS)
    line = child.stdout.readline().split() if answered else []
    if len(line) == 2 and line[0] == b"ready":
        return int(line[1])
    child.kill()  # does not change the exit code if it has already ended
    complaint = log.read_text(errors="replace").strip() or f"it didn't start; see its log, {log}"
    if child.wait() == NOT_INSTALLED:
        raise CannotStart(f"No model is set up. Set {KEYS}. ({complaint})")
    raise CannotStart(f"The demo model failed: {complaint}. Set {KEYS} to use another.")


def _write_atomically(path: Path, text: str) -> None:
    """Write the file in such a way that no reader sees a part of it."""
    draft = path.with_suffix(".new")
    draft.write_text(text)
    os.replace(draft, path)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Close the child's input, which ends it, and kill it if that does not help."""
    with child:  # waits for the child and closes its pipes
        assert child.stdin is not None  # noqa: S101
        child.stdin.close()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
