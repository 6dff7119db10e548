"""The health check of a container: what it runs, and whether that is well."""

import http.client
import os
import sys
import time
from pathlib import Path

ALIVE_WITHIN = 30.0
"""Seconds since a worker has touched its file; it does so every five."""
TIMEOUT = 4.0


def note_role(folder: Path, command: str) -> None:
    """Write down what this container runs, for `check`."""
    (folder / "blogai.role").write_text(command)
    alive_file(folder).unlink(missing_ok=True)


def alive_file(folder: Path) -> Path:
    """What the worker touches while its event loop runs."""
    return folder / "blogai.worker"


def check(folder: Path) -> int:
    """0 if everything that this container runs is well, else 1 after a sentence."""
    try:
        role = (folder / "blogai.role").read_text()
    except FileNotFoundError:
        return _unwell("Nothing runs yet.")
    if role in {"all", "worker"} and not _worker_is_alive(folder):
        return _unwell(f"The worker hasn't moved for {ALIVE_WITHIN:g} seconds, or hasn't started yet.")
    if role in {"all", "web"} and (status := _readiness()) != 200:
        return _unwell(f"The web server isn't ready: {status}.")
    return 0


def _worker_is_alive(folder: Path) -> bool:
    try:
        return time.time() - alive_file(folder).stat().st_mtime < ALIVE_WITHIN
    except FileNotFoundError:
        return False


def _readiness() -> int | OSError | http.client.HTTPException:
    """The status of /health/ready, or why there is none."""
    port = int(os.environ.get("PORT") or 8000)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return error
    finally:
        connection.close()


def _unwell(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
