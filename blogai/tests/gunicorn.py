"""The production server as a process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import httpx

from blogai.tests.ports import free_port
from blogai.tests.processes import PROJECT, SECONDS

PROGRAM = (sys.executable, "-m", "gunicorn", "-c", "docker/gunicorn.conf.py", "blogai.asgi:application")


class Gunicorn:
    """Runs gunicorn with our settings and the test database, at HOST and PORT if they are given."""

    stderr: IO[str] | None = None
    """Where it writes its log, if not to ours."""

    def __init__(self, database: str, **environment: str) -> None:
        self.address = f"{environment.get('HOST', '127.0.0.1')}:{environment.get('PORT') or free_port()}"
        self.url = f"http://{self.address}"
        self.process = subprocess.Popen(
            PROGRAM,
            cwd=PROJECT,
            env={
                **os.environ,
                "DATABASE_URL": database,
                "OPENAI_API_KEY": "sk-none",
                "ENVIRONMENT": "development",
                "PORT": self.address.split(":")[1],
                "UVICORN_WORKERS": "1",
                **environment,
            },
            stderr=self.stderr,
            start_new_session=True,
        )

    def ready(self) -> int:
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=5).status_code
        except httpx.TransportError:  # not listening yet, or still loading
            return 0

    def until_ready(self) -> None:
        end = time.monotonic() + SECONDS
        while self.ready() != 200:
            assert self.process.poll() is None, "gunicorn has ended"
            assert time.monotonic() < end, "not ready in time"
            time.sleep(0.1)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(SECONDS)

    def ws(self, name: str) -> str:
        return f"ws://{self.address}/ws/conversation/{name}"


@contextmanager
def serving(database: str, **environment: str) -> Iterator[Gunicorn]:
    gunicorn = Gunicorn(database, **environment)
    try:
        gunicorn.until_ready()
        yield gunicorn
    finally:
        gunicorn.close()
