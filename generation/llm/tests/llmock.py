"""llmock in a virtual environment of its own under .data/: its dependencies are not ours."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

VERSION = "0.2.2"
DATA = Path(__file__).resolve().parents[3] / ".data"
VENV = DATA / f"llmock-{VERSION}-venv"


class CannotInstall(Exception):
    """The last lines of what the installer said."""


def python() -> Path:
    """The interpreter of the environment, which is made on first use. Raises CannotInstall."""
    DATA.mkdir(exist_ok=True)
    with open(DATA / "llmock.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (VENV / "installed").exists():
            shutil.rmtree(VENV, ignore_errors=True)
            for command in _installation():
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode:
                    raise CannotInstall("\n".join(done.stderr.splitlines()[-5:]))
            (VENV / "installed").touch()
    return VENV / "bin" / "python"


def _installation() -> list[list[str]]:
    interpreter = str(VENV / "bin" / "python")
    package = f"llmock=={VERSION}"
    if uv := shutil.which("uv"):
        return [
            [uv, "venv", "--python", sys.executable, str(VENV)],
            [uv, "pip", "install", "--python", interpreter, package],
        ]
    return [
        [sys.executable, "-m", "venv", str(VENV)],
        [interpreter, "-m", "pip", "install", "--quiet", package],
    ]


@contextmanager
def running() -> Iterator[str]:
    """The URL of a running llmock."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(python().parent / "llmock"), "serve", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LLMOCK_")}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url, trust_env=False).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("llmock does not answer.")
