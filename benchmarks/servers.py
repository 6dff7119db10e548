"""Real servers for a benchmark, each on a fresh port with a data folder of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from generation.llm import simulated

PROJECT = Path(__file__).resolve().parent.parent
READY = "Blog AI is ready at "
provider = simulated.serve


@dataclass(frozen=True, slots=True)
class Serving:
    client: httpx.Client
    """With a key of its own account."""


@contextmanager
def serve(model_url: str, **variables: str) -> Iterator[Serving]:
    """`manage.py serve` on the embedded Postgres, writing with the OpenAI-shaped server at `model_url`."""
    with tempfile.TemporaryDirectory(prefix="blogai-bench-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 (Postgres runs as a user of its own when we are root)
        environment = {
            **os.environ,
            "DATA_DIR": folder,
            "DATABASE_URL": "",
            "OPENAI_API_KEY": "simulated",
            "OPENAI_BASE_URL": model_url,
            "LOG_LEVEL": "WARNING",
            "LLM_RATE_LIMIT_PER_MINUTE": "100000",
            **variables,
        }
        manage = [sys.executable, "manage.py"]
        with subprocess.Popen(
            [*manage, "serve", "--port", "0"],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as server:
            try:
                url = _ready(server)
                key = subprocess.run(
                    [*manage, "create_api_key", "--email", "bench@example.org", "--create-user"],
                    cwd=PROJECT,
                    env=environment,
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout.strip()
                with httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=60) as client:
                    yield Serving(client)
            finally:
                server.terminate()


def _ready(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None  # noqa: S101
    for line in server.stdout:
        if READY in line:
            return line.partition(READY)[2].strip()
    raise SystemExit("the server did not start")
