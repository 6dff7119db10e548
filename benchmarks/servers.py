"""Starts processes for benchmarks, each on a free port: servers, workers and providers."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.bench import require
from benchmarks.database import Database, Person

PROJECT = Path(__file__).resolve().parent.parent
START_TIMEOUT = 60.0
STOP_TIMEOUT = 15.0
REPLY_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Process:
    popen: "subprocess.Popen[str]"
    said: str
    """The rest of the line with which it reported that it is ready."""

    @property
    def kilobytes(self) -> int:
        """Its resident memory."""
        asked = ["ps", "-o", "rss=", "-p", str(self.popen.pid)]
        return int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


@dataclass(frozen=True, slots=True)
class Server:
    process: Process
    url: str
    people: Sequence[Person]
    database: str
    client: httpx.Client
    """Uses the key of the first person."""

    @property
    def sockets(self) -> str:
        return f"ws{self.url.removeprefix('http')}/ws/conversation"


@contextmanager
def process(
    arguments: Sequence[str], ready: str, environment: dict[str, str] | None = None
) -> Iterator[Process]:
    """Runs a process inside the block, which starts once the process has printed `ready`."""
    with subprocess.Popen(
        arguments,
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
    ) as popen:
        too_slow = threading.Timer(START_TIMEOUT, popen.kill)
        too_slow.start()
        try:
            assert popen.stdout is not None  # noqa: S101
            line = next((line for line in popen.stdout if ready in line), None)
            too_slow.cancel()
            require(line is not None, f"{' '.join(arguments)} did not start")
            yield Process(popen, str(line).partition(ready)[2].strip())
        finally:
            too_slow.cancel()
            popen.terminate()
            try:
                popen.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                popen.kill()


@contextmanager
def serve(
    database: Database, model_url: str, settings: str = "blogai.settings", **variables: str
) -> Iterator[Server]:
    """Runs `manage.py serve` on its own database, with the OpenAI-compatible provider at `model_url`."""
    address = database.copy()
    environment = {
        **environment_for(database, address, model_url),
        "DJANGO_SETTINGS_MODULE": settings,
        **variables,
    }
    arguments = [sys.executable, "manage.py", "serve", "--port", "0"]
    with ExitStack() as stack:
        running = stack.enter_context(process(arguments, "Blog AI is ready at ", environment))
        client = stack.enter_context(client_of(running.said, database.people[0]))
        yield Server(running, running.said, database.people, address, client)


def environment_for(database: Database, address: str, model_url: str) -> dict[str, str]:
    """The environment of a process that uses the database at `address`."""
    folder = database.folder / address.partition("@/")[2].partition("?")[0]
    folder.mkdir(exist_ok=True)
    return {"DATA_DIR": str(folder), "DATABASE_URL": address, "OPENAI_BASE_URL": model_url}


def client_of(url: str, person: Person) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"X-API-Key": person.key}, timeout=REPLY_TIMEOUT)


@contextmanager
def provider(module: str, *arguments: str) -> Iterator[str]:
    """Runs a simulated provider in its own process; gives its OpenAI base URL."""
    command = [sys.executable, "-m", module, "--port", "0", *arguments]
    with process(command, "OPENAI_BASE_URL=") as running:
        yield running.said.partition(" ")[0]


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])
