"""The demo model: a small one of our own on loopback, for whoever has no key yet."""

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from blogai.embedded import locks
from blogai.embedded.refusal import CannotStart, explained

COMMAND = [sys.executable, "-m", "generation.llm.demo", "--port", "0"]
PROJECT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
STOP_SECONDS = 3
NOT_INSTALLED = 3
"""The program's exit code when the wheels that it runs on are missing."""
KEYS = "OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY (or OPENAI_BASE_URL for a server of your own)"


@contextmanager
def demo_model(data_dir: Path) -> Iterator[str]:
    """The base URL of the demo model, which `data_dir`/model.url says too while it runs.

    Whoever comes first runs it until they leave; others use that one. Raises CannotStart.
    """
    address = data_dir / "model.url"
    with ExitStack() as leaving:
        with explained(data_dir):
            data_dir.mkdir(parents=True, exist_ok=True)
            lock = leaving.enter_context(locks.opened(data_dir / "model.lock"))
            url = _someone_elses(address, lock) or leaving.enter_context(_ours(address))
        yield url


def _someone_elses(address: Path, lock: int) -> str:
    """The URL of the model that another process runs; empty when nobody does, and then the lock is ours."""
    deadline = time.monotonic() + START_SECONDS
    while not locks.take(lock):
        url = address.read_text() if address.exists() else ""
        if url and _answers(url):
            return url
        if time.monotonic() > deadline:
            raise CannotStart(
                f"Another process has been starting the demo model of {address.parent} for too long."
            )
        time.sleep(0.05)
    return ""


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def _ours(address: Path) -> Iterator[str]:
    log_path = address.with_suffix(".log")
    with (
        open(log_path, "wb") as log,
        subprocess.Popen(
            COMMAND, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        ) as child,
    ):
        try:
            url = f"http://127.0.0.1:{_port(child, log_path)}/v1"
            _write_whole(address, url)
            yield url
        finally:
            address.unlink(missing_ok=True)
            _stop(child)


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
    assert child.stdin is not None  # noqa: S101
    child.stdin.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
