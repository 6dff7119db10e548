"""The product as a process: `manage.py serve` on the tests' database and a simulated model."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from django.conf import settings

SECONDS = 60
"""A bound for a busy machine."""


class Site:
    """Stops and starts at the same address, as a deployment does."""

    def __init__(self, data_dir: Path, database_url: str, model_url: str = "", **environment: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "DJANGO_ALLOW_ASYNC_UNSAFE": "",
            "DATABASE_URL": database_url,
            "DATA_DIR": str(data_dir),
            "PORT": str(self.port),
            "SECRET_KEY": settings.SECRET_KEY,  # so that sessions made by the tests are good there
            "OPENAI_API_KEY": "simulated" if model_url else "",
            "OPENAI_BASE_URL": model_url,
            "OPENAI_MODEL": "simulated-1" if model_url else "",
            **environment,
        }
        self._log = (data_dir / "serve.log").open("ab")
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=settings.BASE_DIR,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout
        for line in self._process.stdout:
            if "is ready at" in line:
                return
        raise AssertionError(Path(self._log.name).read_text())

    def stop(self) -> None:
        if self._process is None:
            return
        assert self._process.stdout
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(SECONDS)
        self._process.stdout.close()
        self._process = None

    def manage(self, *arguments: str) -> None:
        """Another command, on the same database."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self._environment,
            timeout=SECONDS,
            check=True,
        )

    def close(self) -> None:
        self.stop()
        self._log.close()
