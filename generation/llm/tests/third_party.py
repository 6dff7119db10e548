"""Fake providers that others wrote, each in a virtual environment of its own: their needs are not ours."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from generation.pipeline.tests.doubles import prose

DATA = Path(__file__).resolve().parents[3] / ".data"


class CannotInstall(Exception):
    """The last lines of what the installer said."""


@dataclass(frozen=True)
class ThirdParty:
    """A package on PyPI whose command of the same name has `serve --port N`."""

    package: str
    version: str
    config: str = ""
    """The text of the file that it is configured with, where it has one."""

    @property
    def _venv(self) -> Path:
        return DATA / f"{self.package}-{self.version}-venv"

    def install(self) -> None:
        """Make the environment, which is done on first use. Raises CannotInstall."""
        DATA.mkdir(exist_ok=True)
        with open(DATA / f"{self.package}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self._venv / "installed").exists():
                shutil.rmtree(self._venv, ignore_errors=True)
                for command in self._installation():
                    done = subprocess.run(command, capture_output=True, text=True)
                    if done.returncode:
                        raise CannotInstall("\n".join(done.stderr.splitlines()[-5:]))
                (self._venv / "installed").touch()

    def _installation(self) -> list[list[str]]:
        interpreter = str(self._venv / "bin" / "python")
        package = f"{self.package}=={self.version}"
        if uv := shutil.which("uv"):
            return [
                [uv, "venv", "--python", sys.executable, str(self._venv)],
                [uv, "pip", "install", "--python", interpreter, package],
            ]
        return [
            [sys.executable, "-m", "venv", str(self._venv)],
            [interpreter, "-m", "pip", "install", "--quiet", package],
        ]

    @contextmanager
    def running(self) -> Iterator[str]:
        """The URL of the running server."""
        self.install()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [str(self._venv / "bin" / self.package), "serve", "--port", str(port)]
        if self.config:
            path = self._venv / "config.yaml"
            path.write_text(self.config)
            command += ["--config", str(path)]
        prefix = f"{self.package.upper()}_"
        environment = {name: value for name, value in os.environ.items() if not name.startswith(prefix)}
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        try:
            _wait_until_answering(f"http://127.0.0.1:{port}/", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


LLMOCK = ThirdParty("llmock", "0.2.2")
PLAN = {
    "title": "How tides work",
    "slug": "how-tides-work",
    "description": "Why the sea rises and falls.",
    "tags": ["sea"],
    "introduction": "Say what a tide is.",
    "sections": [
        {"heading": "The pull", "purpose": "Say what pulls.", "claims": ["It pulls."], "words": 200}
    ],
    "conclusion_heading": "In the end",
    "conclusion": "Sum up.",
}
SEA = prose(7)
FAKELLM = ThirdParty(
    "fakellm",
    "0.3.5",
    json.dumps(  # which is YAML too
        {
            "version": 1,
            "rules": [
                {"name": name, "when": {"messages_contain": words}, "respond": {"content": content}}
                for name, words, content in (
                    ("bees", "bees", "Bees hum all day. They rest at night."),
                    ("plan", "Plan the post.", json.dumps(PLAN)),
                    ("parts", "tides", SEA),
                )
            ],
        }
    ),
)


def _wait_until_answering(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url, trust_env=False)
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer.")
